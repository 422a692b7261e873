"""Particulars of people in a call's words are offered; what only looks like one is not."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.suggestions import measure, read_calls
from disclosure.redaction.mask import Mask
from disclosure.suggestions.repeated import repeated
from disclosure.suggestions.said import Particular
from disclosure.suggestions.suggest import found_in, suggestions
from transcription.reading import Reader
from transcription.utterance import Span, Track, Utterance, Word

READER = Reader()


def call(*lines: str) -> list[Utterance]:
    """Make a call of lines ``C …`` and ``O …``; every letter takes a tenth of a second."""
    said: list[Utterance] = []
    for number, line in enumerate(lines):
        text, start = line[2:], 4.0 * number
        words = tuple(
            Word(text=one, start=start + at / 10, end=start + (at + 1) / 10, probability=0.9)
            for at, one in enumerate(text)
        )
        track = Track.CALLER if line[0] == "C" else Track.HALL
        said.append(Utterance(track=track, start=start, end=start + len(text) / 10, text=text, words=words))
    return said


def told(*lines: str) -> list[tuple[str, str]]:
    return [(one.kind, one.words) for one in suggestions(call(*lines), READER.parts)]


@pytest.mark.parametrize(
    ("lines", "kind", "words"),
    [
        (["C 090-1234-5678です"], "phone-number", "090-1234-5678"),
        (["C 〇九〇の一一一一の二二二二"], "phone-number", "〇九〇の一一一一の二二二二"),
        (["O 連絡先は", "C ゼロキュウゼロ、イチニサンヨン、ゴロクナナハチ"], "phone-number", None),
        (["C 隣の鈴木さんが"], "name", "鈴木"),
        (["O お名前は", "C まつだです"], "name", "まつだ"),
        (["O 生年月日は", "C 昭和40年4月3日です"], "date-of-birth", "昭和40年4月3日"),
        (["C 東町2丁目3番4号です"], "address", "東町2丁目3番4号"),
        (["C 口座は普通の1234567です"], "account", "1234567"),
        (["C 被保険者番号は0001234567です"], "number", "0001234567"),
        (["C マイナンバーは●●●●●●●●●●●●です"], "my-number", "●●●●●●●●●●●●"),
    ],
)
def test_a_particular_is_offered(lines: list[str], kind: str, words: str | None) -> None:
    found = told(*lines)

    assert kind in {one for one, _ in found}
    if words is not None:
        assert (kind, words) in found


@pytest.mark.parametrize(
    "line",
    [
        "O さくら市役所の国民健康保険課です", "C 令和8年4月1日から変わりました", "C 3万2千円でした",
        "O 第78条の規定です", "C たくさんのお客様が30分も待っています", "C お母さんと職員さんに聞きました",
        "O 3番の窓口です",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_is_not_offered(line: str) -> None:
    assert told(line) == []


def test_a_number_in_pieces_with_the_others_nods_between_is_one_passage() -> None:
    (one,) = suggestions(call("C 080の", "O はい", "C 1122の", "O はい", "C 3344です"), READER.parts)

    assert (one.kind, one.track) == ("phone-number", Track.CALLER)
    assert (one.span.start, round(one.span.end, 2)) == (0.0, 16.4)


def test_what_is_left_out_is_offered_where_it_is_said_again_by_writing_reading_and_digits() -> None:
    said = call(
        "C 鈴木花子です",
        "O 鈴木花子様ですね",
        "O スズキハナコさま",
        "C 0312345678です",
        "O 〇三の一二三四の五六七八",
    )
    heard = [(one, READER.read(one.text)) for one in said]
    masks = [
        Mask(id=uuid4(), track=Track.CALLER, span=Span(start=0.0, end=0.4), ground="g"),
        Mask(id=uuid4(), track=Track.CALLER, span=Span(start=12.0, end=13.0), ground="g"),
    ]

    again = {(one.track, int(one.span.start // 4)) for one in repeated(masks, heard, READER.read)}

    assert {(Track.HALL, 1), (Track.HALL, 2), (Track.HALL, 4)} <= again


@given(
    st.lists(
        st.text(
            alphabet="0123456789〇一二三の-、はいさん様町丁目番号年月日生まれ田中課●。",
            min_size=1,
            max_size=25,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_said_every_offer_lies_within_its_call(lines: list[str]) -> None:
    said = call(*("CO"[number % 2] + " " + line for number, line in enumerate(lines)))

    for one in found_in(said, READER.parts):
        assert 0 <= one.start < len(said[one.said].text)
        assert 0 < one.end <= len(said[one.until].text)
        assert one.particular in Particular
    for offer in suggestions(said, READER.parts):
        assert 0 <= offer.span.start < offer.span.end <= said[-1].end


def test_the_labelled_calls_reach_the_targets() -> None:
    for name, figures in measure(["--set", "all"]).items():
        for kind, told in figures["recall"].items():
            got, due = map(int, told.split("/"))
            assert got / due >= (0.9 if kind == "name" else 0.95), (name, kind)
        assert figures["precision"] >= 0.8, name


def test_a_label_marks_the_words_it_stands_for() -> None:
    ((said, marks),) = read_calls("# about\nC 隣の{name:鈴木}さん\nO はい\n")

    assert said[0].text == "隣の鈴木さん"
    assert [said[0].text[one.start : one.end] for one in marks] == ["鈴木"]
    assert len(read_calls(Path("bench/suggestion_dialogues/open.txt").read_text(encoding="utf-8"))) == 20
