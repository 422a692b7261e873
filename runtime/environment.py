"""What the environment says: settings whose places hold wherever a command is typed, and names nobody knows.

A place that was given counts from where the person stands; one that was not, from the program's folder. A
misspelt variable is said and passed over: refusing to start for it would cost calls, silence would hide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel

from core.settings import Settings
from runtime.placement import PROGRAM, own_home

PREFIX = "TSUWAROKU_"
BESIDE_SETTINGS = frozenset({"TSUWAROKU_DEBIAN_MIRROR", "TSUWAROKU_ROOTFS_CACHE"})
"""Read only where Asterisk's tree is made, see docs/operations.md."""


_FOR_OTHERS = frozenset({"PATH", "LANG", "LC_ALL", "TZ"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownVariable:
    """A variable of ours by its first letters, that nothing reads; and the known name most like it."""

    name: str
    meant: str | None


def read_settings() -> Settings:
    """Read the settings from the environment, home and profile as absolute places.

    Raises:
        ValidationError: a value cannot be used
    """
    settings = Settings()
    given = settings.model_fields_set
    home = settings.home.absolute() if "home" in given else own_home()
    profile = settings.profile.absolute() if "profile" in given else PROGRAM / settings.profile
    return settings.model_copy(update={"home": home, "profile": profile})


def given_places(settings: Settings) -> dict[str, Path]:
    """Return every variable that was given and names a place, with that place made absolute."""
    return {
        name: value.absolute()
        for name, value in _given(settings, PREFIX)
        if isinstance(value, Path) and value != Path()
    }


def unknown_variables(environment: Mapping[str, str]) -> list[UnknownVariable]:
    """Name the variables that begin like ours and are none, by name."""
    known = BESIDE_SETTINGS | set(_names(Settings, PREFIX))
    return [
        UnknownVariable(name=name, meant=_nearest(name.upper(), known))
        for name in sorted(environment)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]


def for_others(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a program of others may know of an environment: where programs lie, language and zone.

    Everything else may be a secret: our settings hold some, and so does what opens a bucket.
    """
    return {name: value for name, value in environment.items() if name in _FOR_OTHERS}


def _nearest(name: str, known: Iterable[str]) -> str | None:
    # Without the beginning that all of them share, which would make any two look alike.
    ends = [one.removeprefix(PREFIX) for one in known]
    return next((PREFIX + end for end in get_close_matches(name.removeprefix(PREFIX), ends, 1)), None)


def _names(group: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in group.model_fields.items():
        full = prefix + name.upper()
        yield full
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, full + "__")


def _given(group: BaseModel, prefix: str) -> Iterator[tuple[str, object]]:
    for name in group.model_fields_set:
        value = getattr(group, name)
        if isinstance(value, BaseModel):
            yield from _given(value, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper(), value
