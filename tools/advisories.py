"""Known faults of what we depend on: asked where a network is, kept with their day, judged everywhere.

A machine without a network judges by the answers that were kept, and says how old they are. Nothing passes in
silence: whoever was not asked is counted and named, and a source that knows nothing of a package whose fault
everybody knows is no source. A release is refused where `make check` only warns.

Run ``sh tools/audit.sh``; `make check` runs ``python -m tools.advisories check`` (decision 0042).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from pip._internal.models.index import PyPI

from tools.pins import REQUIREMENTS, Pin, all_pins

KEPT = REQUIREMENTS / "advisories.json"
ACCEPTED = REQUIREMENTS / "accepted-advisories.toml"
WARN_DAYS = 14
RELEASE_DAYS = 7

CONTROL = ("ecdsa", "GHSA-wj6h-64fc-37mp")
"""Not a part of ours: a package whose fault nobody will mend. A source that is silent on it is none."""

_WAIT_SECONDS = 20


class NoSourceAnswered(Exception):
    """Nobody who knows of faults could be asked; what was kept before stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the kept answers mean for the pins of today. Lines are for people."""

    known: tuple[str, ...]
    unasked: tuple[str, ...]
    stale: tuple[str, ...]
    audited: int
    asked: int
    taken_on: str

    def is_fault(self, *, release: bool) -> bool:
        """Say whether this ends a check, or a release, which may leave nothing open."""
        return bool(self.known) or (release and bool(self.unasked or self.stale))


Source = Callable[[str], Mapping[str, Any] | None]
"""Answers a path below the index with its JSON; None when it knows none."""


def pypi(path: str) -> Mapping[str, Any] | None:
    """Ask the index that pip takes packages from on this machine.

    Raises:
        NoSourceAnswered: it cannot be reached.
    """
    try:
        with urlopen(f"{_index()}/pypi/{path}/json", timeout=_WAIT_SECONDS) as answer:  # noqa: S310  pip believes it too
            told: Mapping[str, Any] = json.load(answer)
            return told
    except HTTPError:
        return None
    except (URLError, TimeoutError, ValueError):
        raise NoSourceAnswered from None


@cache
def _index() -> str:
    """Where pip was told to look, else where it looks by itself: no address stands in this project."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return (os.environ.get("PIP_INDEX_URL") or told or PyPI.url).rstrip("/").removesuffix("/simple")


def ask(pins: Iterable[Pin], source: Source, today: date) -> dict[str, Any]:
    """Ask about every pin and return what is to be kept.

    A mirror may know the newest version of a package alone: its answer counts for a pin of just that version.

    Raises:
        NoSourceAnswered: nobody answers, or it knows nothing of faults.
    """
    if CONTROL[1] not in _ids(source(CONTROL[0]), None):
        raise NoSourceAnswered
    answers: list[dict[str, Any]] = []
    for pin in pins:
        told = source(f"{pin.name}/{pin.version}") or source(pin.name)
        known = told is not None and told["info"]["version"] == pin.version
        answers.append(
            {
                "name": pin.name,
                "version": pin.version,
                "answered": known,
                "advisories": _ids(told, pin.version) if known else [],
            }
        )
    return {"taken_on": today.isoformat(), "source": "PyPI", "control": list(CONTROL), "packages": answers}


def _ids(told: Mapping[str, Any] | None, version: str | None) -> list[str]:
    if told is None or (version is not None and told["info"]["version"] != version):
        return []
    return sorted(one["id"] for one in told.get("vulnerabilities", []) if not one.get("withdrawn"))


def judge(
    pins: Iterable[Pin],
    kept: Mapping[str, Any],
    accepted: Iterable[Mapping[str, Any]],
    today: date,
    *,
    stale_after: int = WARN_DAYS,
) -> Judgement:
    """Judge today's pins by what was kept.

    Args:
        pins: of every lock
        kept: what `ask` returned, some day
        accepted: advisories that do not concern us, each with ``id``, ``reason`` and ``until`` (a date)
        today: the day
        stale_after: days after which answers are too old
    """
    answers = {(one["name"], one["version"]): one for one in kept["packages"]}
    passed_over = {one["id"] for one in accepted if one["reason"] and one["until"] >= today}
    known: list[str] = []
    unasked: list[str] = []
    asked = 0
    for pin in pins:
        asked += 1
        answer = answers.get((pin.name, pin.version))
        if answer is None or not answer["answered"]:
            unasked.append(f"{pin.name} {pin.version}")
            continue
        known += [
            f"{pin.name} {pin.version}: {advisory}"
            for advisory in answer["advisories"]
            if advisory not in passed_over
        ]
    age = (today - date.fromisoformat(kept["taken_on"])).days
    return Judgement(
        known=tuple(known),
        unasked=tuple(unasked),
        stale=(f"{age} days old",) if age > stale_after else (),
        audited=asked - len(unasked),
        asked=asked,
        taken_on=kept["taken_on"],
    )


def judge_here(*, release: bool) -> Judgement:
    """Judge this checkout."""
    return judge(
        all_pins(),
        json.loads(KEPT.read_text(encoding="utf-8")),
        tomllib.loads(ACCEPTED.read_text(encoding="utf-8")).get("accepted", []),
        _today(),
        stale_after=RELEASE_DAYS if release else WARN_DAYS,
    )


def _today() -> date:
    return datetime.now(UTC).date()


def _check(*, release: bool) -> int:
    told = judge_here(release=release)
    mark = "FAULT" if release else "WARNING"
    for line in told.known:
        print(f"advisories: FAULT: {line} has a known fault (https://osv.dev)")
    for line in told.unasked:
        print(f"advisories: {mark}: nobody was asked, or could answer, about {line}")
    for line in told.stale:
        print(f"advisories: {mark}: the answers are {line}; run: sh tools/audit.sh")
    print(
        f"advisories: {told.audited} of {told.asked} pinned packages asked about on {told.taken_on}, "
        f"{len(told.known)} known faults, {len(told.unasked)} not asked about"
    )
    return 1 if told.is_fault(release=release) else 0


def _refresh() -> int:
    try:
        kept = ask(all_pins(), pypi, _today())
    except NoSourceAnswered:
        print("advisories: FAULT: no source of advisories answered; the kept answers stay as they are")
        return 1
    KEPT.write_text(_as_text(kept), encoding="utf-8")
    return 0


def _as_text(kept: Mapping[str, Any]) -> str:
    """One line a package, so that a change reads as one."""
    head = {name: value for name, value in kept.items() if name != "packages"}
    lines = ",\n".join(json.dumps(one) for one in kept["packages"])
    return json.dumps({**head, "packages": []})[:-2] + "\n" + lines + "\n]}\n"


if __name__ == "__main__":
    what, options = sys.argv[1], sys.argv[2:]
    sys.exit(_refresh() if what == "refresh" else _check(release="--release" in options))
