"""The labelled calls are whole, fair in their mix, and the half that is held back is as it was sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from bench.signal_calls.dialogue import Dialogue
from bench.signal_calls.kind import OF_SERIES
from bench.signal_calls.loading import (
    HELD_BACK,
    OPEN,
    CallFile,
    LabelFault,
    load_file,
    load_held_back,
    load_lines,
    load_open,
)
from bench.signal_calls.seal import present_hashes, sealed_hashes
from incidents.signals.signal import Kind
from transcription.utterance import Track

ANYBODY = ("withheld", "payphone", "unavailable")

SAMPLE = """about: A sample
figures:
  deadlock_minutes: 15
  agreed_over_minutes: 15
  explain_minutes: 60
  repeat_department: {calls: 5, minutes: 90, days: 7}
  repeat_hall: {calls: 6, minutes: 120, days: 7}
  hashigo: {departments: 3, hours: 4}
  loud: {above_db: 8, seconds: 5}
  talk_over: {times: 4, minutes: 3}
calls:
  - id: sample-01
    situation: A caller is rude
    line: shimin
    when: 2026-06-09 火 10:12
    caller: n999
    seconds: 900.0
    clocks:
      - {kind: agreed, started: 60.0, stopped: 800.0, minutes: 30}
    earlier:
      - {when: 2026-06-08 月 09:00, line: zeimu, came: own, minutes: 4, asked: 住民税のこと}
    said:
      - 1 hall 0.6-2.4 | 市民課でございます。
      - 2 caller 2.9-4.0 +9dB | 早くしろ、バカ
      - 3 hall 4.5-7.0 | 乱暴な言葉はお控えください。
      - 4 caller 7.5-9.0 | はい
    expected:
      - {kind: phrase-T1, words: [2]}
    tempts: [loudness]
"""


@pytest.fixture(scope="module")
def opened() -> list[Dialogue]:
    return calls_of(load_open())


@pytest.fixture(scope="module")
def held() -> list[Dialogue]:
    return calls_of(load_held_back())


def calls_of(files: Iterable[CallFile]) -> list[Dialogue]:
    return [call for file in files for call in file.calls]


def raised(calls: Sequence[Dialogue]) -> Counter[Kind]:
    return Counter(label.kind for call in calls for label in call.expected)


def tempting(calls: Sequence[Dialogue]) -> Counter[Kind]:
    return Counter(kind for call in calls for kind in call.tempts)


def test_both_halves_hold_the_same_kinds_of_calls(opened: list[Dialogue], held: list[Dialogue]) -> None:
    assert [path.name for path in sorted(OPEN.iterdir())] == [
        path.name for path in sorted(HELD_BACK.iterdir())
    ]
    assert set(raised(opened)) == set(raised(held)) == set(Kind)
    assert set(tempting(opened)) == set(tempting(held)) == set(Kind)
    assert len(opened) + len(held) >= 72
    assert abs(len(opened) - len(held)) <= 6


def test_every_kind_is_raised_and_tempted_at_least_four_times(
    opened: list[Dialogue], held: list[Dialogue]
) -> None:
    both = [*opened, *held]

    assert {kind: count for kind, count in raised(both).items() if count < 4} == {}
    assert {kind: count for kind, count in tempting(both).items() if count < 4} == {}


def test_a_third_of_the_calls_and_more_must_raise_nothing_though_they_look_like_it(
    opened: list[Dialogue], held: list[Dialogue]
) -> None:
    for half in (opened, held):
        assert sum(call.hard_negative for call in half) * 3 >= len(half)


def test_no_call_and_no_number_comes_twice(opened: list[Dialogue], held: list[Dialogue]) -> None:
    both = [*opened, *held]
    ids = Counter(call.id for call in both)
    numbers = Counter(call.caller for call in both if call.caller not in ANYBODY)

    assert [one for one, count in ids.items() if count > 1] == []
    assert [one for one, count in numbers.items() if count > 1] == []
    assert {call.caller for call in both} >= set(ANYBODY)


def test_what_is_marked_as_a_policys_sentence_stands_there_word_for_word(
    opened: list[Dialogue], held: list[Dialogue]
) -> None:
    missing = [
        call.id
        for call in (*opened, *held)
        for phrase in call.quotes
        if not any(phrase.rstrip("。") in one.text for one in call.said)
    ]

    assert missing == []


def test_words_about_self_harm_are_never_labelled_as_harassment(
    opened: list[Dialogue], held: list[Dialogue]
) -> None:
    harassment = set(Kind) - {Kind.LIFE, Kind.DANGER}
    both_ways = [
        call.id
        for call in (*opened, *held)
        for life in call.expected
        for other in call.expected
        if life.kind is Kind.LIFE and other.kind in harassment and set(life.words) & set(other.words)
    ]

    assert both_ways == []


def test_a_call_that_the_hall_caused_is_never_labelled_as_a_repeat(
    opened: list[Dialogue], held: list[Dialogue]
) -> None:
    counted = [
        call.id
        for call in (*opened, *held)
        if call.came.because_of_us and any(label.kind in OF_SERIES for label in call.expected)
    ]

    assert counted == []
    assert sum(call.came.because_of_us for call in (*opened, *held)) >= 6


def test_callers_without_a_number_are_never_one_person(opened: list[Dialogue], held: list[Dialogue]) -> None:
    nobody = [call for call in (*opened, *held) if call.caller in ANYBODY]

    assert sum(bool(call.earlier) for call in nobody) >= 4
    assert [call.id for call in nobody if any(label.kind in OF_SERIES for label in call.expected)] == []


def test_the_half_that_is_held_back_is_as_it_was_sealed() -> None:
    assert present_hashes() == sealed_hashes()


def test_a_changed_file_and_one_more_are_seen(tmp_path: Path) -> None:
    (tmp_path / "lives.yaml").write_text("about: something else\n", "utf-8")
    (tmp_path / "more.yml").write_text("", "utf-8")

    seen = present_hashes(tmp_path)

    assert seen["lives.yaml"] != sealed_hashes()["lives.yaml"]
    assert "more.yml" in seen


def test_a_call_is_read_with_its_words_times_and_labels(tmp_path: Path) -> None:
    (call,) = written(tmp_path, SAMPLE).calls

    assert call.when.isoformat() == "2026-06-09T10:12:00+09:00"
    assert [(one.side, one.start, one.db) for one in call.said[:2]] == [
        (Track.HALL, 0.6, 0.0),
        (Track.CALLER, 2.9, 9.0),
    ]
    assert call.said[1].text == "早くしろ、バカ"
    assert call.expected[0].kind is Kind.ABUSE
    assert not call.hard_negative


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("    caller: n999\n", "    caller: n999\n    mood: angry\n", "unexpected"),
        ("    caller: n999\n", "    caller: '+81300000000'\n", "pattern"),
        ("about: A sample", "about: A sample\nauthor: somebody", "unexpected"),
        ("kind: phrase-T1, words: [2]", "kind: phrase-T1, words: [2], sure: true", "unexpected"),
        ("kind: phrase-T1", "kind: phrase-T2", "enum"),
        ("2026-06-09 火", "2026-06-09 水", "value_error"),
        ("+9dB | 早くしろ", "9dB | 早くしろ", "value_error"),
        ("line: shimin", "line: circus", "line that the city does not have"),
        ("  - 4 caller", "  - 5 caller", "numbered"),
        ("4.5-7.0", "1.0-7.0", "rise"),
        ("7.5-9.0", "7.5-901.0", "after the end"),
        ("0.6-2.4", "0.6-4.6", "nobody begins"),
        ("4.5-7.0 |", "4.5-7.0 +3dB |", "caller only"),
        ("words: [2]", "words: [3]", "did not say"),
        ("words: [2]", "words: [6]", "did not say"),
        (", words: [2]", "", "against its kind"),
        ("kind: phrase-T1, words: [2]", "kind: hashigo, words: [2]", "against its kind"),
        ("tempts: [loudness]", "tempts: [phrase-T1]", "two labels"),
        ("2026-06-08 月", "2026-06-10 水", "came later"),
        ("minutes: 4, asked", "minutes: 4, answered: false, asked", "only what was answered"),
        ("stopped: 800.0, minutes: 30", "stopped: 800.0", "agreed time has minutes"),
        ("stopped: 800.0", "stopped: 901.0", "clock outside"),
        ("    said:\n", "    held: [[880.0, 910.0]]\n    said:\n", "hold outside"),
        ("about: A sample", "about: [A sample", "no plain YAML"),
    ],
)
def test_a_file_that_cannot_be_believed_is_refused(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert SAMPLE.count(right) == 1

    with pytest.raises(LabelFault, match=said) as refused:
        written(tmp_path, SAMPLE.replace(right, wrong))

    assert "バカ" not in str(refused.value)


def written(folder: Path, text: str) -> CallFile:
    path = folder / "sample.yaml"
    path.write_text(text, "utf-8")
    return load_file(path, load_lines())
