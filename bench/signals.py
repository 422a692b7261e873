"""How well the rules of signals find what people labelled: precision and recall of each kind.

The words come from the sample city's profile, the figures from each file of calls. The half that is held back
is opened by --held-back alone, once, when the rules stand; what comes out is written down as it came out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.signal_calls.city import BenchLine, Figures
from bench.signal_calls.dialogue import Dialogue
from bench.signal_calls.loading import CallFile, load_held_back, load_lines, load_open
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from core.profile.signals import HashigoFigures, LoudFigures, RepeatFigures, TalkOverFigures
from incidents.signals.facts import CallFacts, EarlierCall, RunClock, Said
from incidents.signals.limits import Limits
from incidents.signals.rules import signal_rules
from incidents.signals.signal import Kind
from transcription.reading import the_reader

PROFILE = Path("profiles/sakura.yaml")
_SURE = 3  # decimals

Place = tuple[str, int | None]
"""A kind, and the utterance it stands on; None where it is of the whole call."""


def measure(arguments: Sequence[str]) -> dict[str, object]:
    """Run the rules on the labelled calls."""
    options = argparse.ArgumentParser(prog="python -m bench signals")
    options.add_argument("--held-back", action="store_true", help="open the half that is held back")
    options.add_argument(
        "--wrong", action="store_true", help="tell what was wrong or missed in the open half"
    )
    chosen = options.parse_args(list(arguments))
    profile, lines = load_profile(PROFILE), load_lines()
    told: dict[str, object] = {"open": _figures(load_open(), profile, lines)}
    if chosen.wrong:
        told["wrong"] = [
            f"{call.id}: {what} {kind} {number}"
            for file in load_open()
            for call, found in found_in(file, profile, lines)
            for what, places in (("wrong", wrong(call, found)), ("missed", expected(call) - found))
            for kind, number in sorted(places, key=str)
        ]
    told["held_back"] = _figures(load_held_back(), profile, lines) if chosen.held_back else "not opened"
    return told


def expected(call: Dialogue) -> set[Place]:
    """Return where signals should be raised."""
    return {place for label in call.expected for place in _places(label.kind.value, label.words)}


def wrong(call: Dialogue, found: set[Place]) -> set[Place]:
    """Return what was raised and should not have been; what is undecided counts neither way."""
    undecided = {place for label in call.undecided for place in _places(label.kind.value, label.words)}
    return found - expected(call) - undecided


def facts_of(call: Dialogue, lines: Mapping[str, BenchLine]) -> CallFacts:
    """Return a labelled call as the rules know calls."""
    reader = the_reader()
    return CallFacts(
        department=lines[call.line].department,
        when=call.when,
        seconds=call.seconds,
        one_number=call.caller.startswith("n"),
        shared=call.shared,
        name=call.name,
        duty=lines[call.line].duty,
        came=call.came,
        held=call.held,
        clocks=tuple(
            RunClock(kind=one.kind, started=one.started, stopped=one.stopped, minutes=one.minutes)
            for one in call.clocks
        ),
        earlier=tuple(
            EarlierCall(
                when=one.when,
                department=lines[one.line].department,
                came=one.came,
                minutes=one.minutes,
                answered=one.answered,
                name=one.name,
                asked=one.asked,
            )
            for one in call.earlier
            if one.caller in {None, call.caller}
        ),
        said=tuple(
            Said(
                number=one.number,
                side=one.side,
                start=one.start,
                end=one.end,
                text=one.text,
                sounds=reader.read(one.text).sounds,
                db=one.db,
            )
            for one in call.said
        ),
    )


def limits_of(figures: Figures, alike_percent: int) -> Limits:
    """Return the figures of a file as the rules know them; how alike one demand is, the profile says."""
    department, hall = figures.repeat_department, figures.repeat_hall
    return Limits(
        deadlock_minutes=figures.deadlock_minutes,
        agreed_over_minutes=figures.agreed_over_minutes,
        alike=alike_percent / 100,
        explain_minutes=figures.explain_minutes,
        repeat_department=RepeatFigures(
            calls=department.calls, minutes=department.minutes, days=department.days
        ),
        repeat_hall=RepeatFigures(calls=hall.calls, minutes=hall.minutes, days=hall.days),
        hashigo=HashigoFigures(departments=figures.hashigo.departments, hours=figures.hashigo.hours),
        loud=LoudFigures(above_db=figures.loud.above_db, seconds=figures.loud.seconds),
        talk_over=TalkOverFigures(times=figures.talk_over.times, minutes=figures.talk_over.minutes),
    )


def found_in(
    file: CallFile, profile: CityProfile, lines: Mapping[str, BenchLine]
) -> Iterable[tuple[Dialogue, set[Place]]]:
    """Return each call of a file with what the rules raise in it."""
    rules = signal_rules(profile, limits_of(file.figures, profile.signals.alike_percent))
    for call in file.calls:
        yield (
            call,
            {
                place
                for signal in rules.of(facts_of(call, lines))
                for place in _places(signal.kind.value, signal.utterances)
            },
        )


def _places(kind: str, words: Iterable[int]) -> set[Place]:
    return {(kind, number) for number in words} or {(kind, None)}


def _figures(
    files: Iterable[CallFile], profile: CityProfile, lines: Mapping[str, BenchLine]
) -> dict[str, object]:
    judged = [(call, found) for file in files for call, found in found_in(file, profile, lines)]
    kinds = {kind.value: _of_kind(kind.value, judged) for kind in Kind}
    negatives = [(call, found) for call, found in judged if call.hard_negative]
    return {
        "calls": len(judged),
        "hard_negatives": len(negatives),
        "hard_negatives_left_alone": sum(not wrong(call, found) for call, found in negatives),
        "together": _told(*(sum(one[at] for one in kinds.values()) for at in range(3))),
        "kinds": {name: _told(*one) for name, one in kinds.items()},
    }


def _of_kind(kind: str, judged: Sequence[tuple[Dialogue, set[Place]]]) -> tuple[int, int, int]:
    right = false = missed = 0
    for call, found in judged:
        right += sum(place[0] == kind for place in found & expected(call))
        false += sum(place[0] == kind for place in wrong(call, found))
        missed += sum(place[0] == kind for place in expected(call) - found)
    return right, false, missed


def _told(right: int, false: int, missed: int) -> dict[str, object]:
    return {
        "right": right,
        "wrong": false,
        "missed": missed,
        "precision": round(right / (right + false), _SURE) if right + false else None,
        "recall": round(right / (right + missed), _SURE) if right + missed else None,
    }
