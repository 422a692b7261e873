"""A file of labelled calls is read whole and strictly: an unknown field, line or utterance is refused.

The half that is held back has a door of its own, so that nobody opens it by accident.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter, ValidationError, with_config
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bench.signal_calls.city import STRICT, BenchLine, Figures
from bench.signal_calls.dialogue import Dialogue
from bench.signal_calls.kind import OF_WHOLE_CALL
from incidents.signals.facts import ClockKind
from transcription.utterance import CALL_TRACKS, Track

HERE = Path(__file__).parent
OPEN = HERE / "open"
HELD_BACK = HERE / "held_back"


class LabelFault(ValueError):
    """A labelled call that cannot be believed: the file, the call and what is wrong, without its words."""


@with_config(STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class CallFile:
    """Calls that are measured against the same figures."""

    about: str
    figures: Figures
    calls: tuple[Dialogue, ...]


_FILE = TypeAdapter(CallFile)
_LINES = TypeAdapter(dict[str, BenchLine])


def load_lines() -> Mapping[str, BenchLine]:
    """Read the lines of the made-up city, by their ids."""
    return _LINES.validate_json(_as_json(HERE / "city.yaml"), strict=True)


def load_open() -> tuple[CallFile, ...]:
    """Read the half that whoever writes rules may read.

    Raises:
        LabelFault: at the first thing that is wrong.
    """
    return _load_folder(OPEN)


def load_held_back() -> tuple[CallFile, ...]:
    """Read the half that is measured once, when the rules stand; nobody who writes rules sees its words.

    Raises:
        LabelFault: at the first thing that is wrong.
    """
    return _load_folder(HELD_BACK)


def load_file(path: Path, lines: Mapping[str, BenchLine]) -> CallFile:
    """Read one file of calls.

    Raises:
        LabelFault: at the first thing that is wrong.
    """
    try:
        read = _FILE.validate_json(_as_json(path), strict=True)
    except ValidationError as failure:
        # Where and which fault, never what stood there: the words of a held-back call stay unseen.
        faults = [f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in failure.errors()]
        raise LabelFault(f"{path.name}: {'; '.join(faults)}") from None
    for call in read.calls:
        for fault in _faults_of(call, lines):
            raise LabelFault(f"{path.name}: {call.id}: {fault}")
    return read


def _load_folder(folder: Path) -> tuple[CallFile, ...]:
    lines = load_lines()
    return tuple(load_file(path, lines) for path in sorted(folder.glob("*.yaml")))


def _as_json(path: Path) -> str:
    try:
        return json.dumps(cast("object", YAML(typ="safe", pure=True).load(path.read_text("utf-8"))))
    except (YAMLError, TypeError):
        raise LabelFault(f"{path.name}: no plain YAML") from None


def _faults_of(call: Dialogue, lines: Mapping[str, BenchLine]) -> Iterable[str]:
    if {call.line, *(one.line for one in call.earlier)} - set(lines):
        yield "a line that the city does not have"
    yield from _faults_of_words(call)
    yield from _faults_of_labels(call)
    yield from _faults_of_facts(call)


def _faults_of_words(call: Dialogue) -> Iterable[str]:
    if [one.number for one in call.said] != list(range(1, len(call.said) + 1)):
        yield "utterances are numbered 1, 2, 3 …"
    starts = [one.start for one in call.said]
    if starts != sorted(starts) or any(one.end <= one.start for one in call.said):
        yield "times do not rise"
    for side in CALL_TRACKS:
        own = [one for one in call.said if one.side is side]
        if any(later.start < before.end for before, later in pairwise(own)):
            yield "nobody begins before they have ended"
    if max(one.end for one in call.said) > call.seconds:
        yield "words after the end of the call"
    if any(one.db and one.side is Track.HALL for one in call.said):
        yield "loudness is told of the caller only"


def _faults_of_labels(call: Dialogue) -> Iterable[str]:
    callers = {one.number for one in call.said if one.side is Track.CALLER}
    for label in (*call.expected, *call.undecided):
        if set(label.words) - callers:
            yield f"{label.kind} points at words that the caller did not say"
        if bool(label.words) == (label.kind in OF_WHOLE_CALL):
            yield f"{label.kind} points at words, or does not, against its kind"
    kinds = [one.kind for one in (*call.expected, *call.undecided)]
    if len(set(kinds)) != len(kinds) or set(kinds) & set(call.tempts):
        yield "one kind has two labels"


def _faults_of_facts(call: Dialogue) -> Iterable[str]:
    if any(one.when >= call.when for one in call.earlier):
        yield "an earlier call that came later"
    moments = [one.when for one in call.earlier]
    if moments != sorted(moments):
        yield "earlier calls stand in the order of time"
    if any(one.answered != bool(one.asked) or one.answered != bool(one.minutes) for one in call.earlier):
        yield "only what was answered has minutes and words"
    if any(begin >= end or end > call.seconds for begin, end in call.held):
        yield "a hold outside the call"
    for clock in call.clocks:
        if not 0 <= clock.started < clock.stopped <= call.seconds:
            yield "a clock outside the call"
        if (clock.kind is ClockKind.AGREED) != (clock.minutes is not None):
            yield "an agreed time has minutes, a deadlock has none"
