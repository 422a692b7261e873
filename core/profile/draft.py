"""A profile as far as it can be understood: whatever has the right kind of value, with its place.

Rules run on a draft, so that a fault in one place hides no fault in another. A value of the wrong kind is
simply not there for the rules: that it is wrong is told elsewhere (``shape.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from core.profile.faults import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One mapping of the file, such as a line or an agency, and where it stands."""

    place: Place
    values: dict[str, Any]

    def text(self, key: str) -> str:
        """Return a text, or nothing."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """Return a whole number, or None."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool:
        """Say whether a key is set to true."""
        return self.values.get(key) is True

    def texts(self, *keys: str) -> Iterator[tuple[Place, str]]:
        """Return the texts under some keys, each a text or a list of texts, with their places."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str):
                yield (*self.place, key), value
            for index, one in enumerate(_items(value)):
                if isinstance(one, str):
                    yield (*self.place, key, index), one

    def all(self, key: str) -> Iterator[Written]:
        """Return every mapping in a list under a key."""
        for index, one in enumerate(_items(self.values.get(key))):
            if isinstance(one, dict):
                yield Written(place=(*self.place, key, index), values=cast("dict[str, Any]", one))


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be understood of a profile."""

    top: Written

    def all(self, collection: str) -> Iterator[Written]:
        """Return every mapping in a list such as ``lines``."""
        return self.top.all(collection)

    def ids(self, collection: str) -> dict[Place, str]:
        """Return every id (or code) written in a list such as ``phones``, with its place."""
        return {place: name for one in self.all(collection) for place, name in one.texts("id", "code")}

    def part(self, key: str) -> Written:
        """Return a mapping such as ``keeping``; an empty one if it was not written."""
        value = self.top.values.get(key)
        return Written(place=(key,), values=cast("dict[str, Any]", value) if isinstance(value, dict) else {})

    def everything(self) -> Iterator[tuple[Place, str]]:
        """Return every text that was written anywhere, under known and unknown keys, with its place."""
        return _texts((), self.top.values)


def twice(texts: Iterable[tuple[Place, str]]) -> Iterator[tuple[Place, str]]:
    """Return what is written again among some texts."""
    known = set[str]()
    for place, one in texts:
        if one in known:
            yield place, one
        known.add(one)


def draft_of(value: object) -> Draft:
    """Understand as much of the written values as possible."""
    return Draft(Written(place=(), values=cast("dict[str, Any]", value) if isinstance(value, dict) else {}))


def _texts(place: Place, value: object) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, one in cast("dict[str, Any]", value).items():
            yield from _texts((*place, key), one)
    else:
        for index, one in enumerate(_items(value)):
            yield from _texts((*place, index), one)


def _items(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
