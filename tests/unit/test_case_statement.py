"""The 5W1H statement: every passage says truly where it comes from, and nothing is guessed into a fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.cases.prefill import CallStory, HeardQuote, SameNumber, Side, Span, prefilled
from incidents.cases.statement import (
    AT_MOST,
    LONGEST,
    NEEDED,
    ORIGIN_NAMES,
    QUESTION_NAMES,
    QUOTED,
    Origin,
    Passage,
    Question,
    QuoteNotHeard,
    Statement,
    StatementFaulty,
    from_fields,
    honest,
    to_fields,
    with_heard_words,
)

NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)  # noon in Japan
QUOTE = UUID(int=7)
WORDS = st.text("話し言葉「」、。12aA-", min_size=1, max_size=12)


@st.composite
def passages(draw: st.DrawFn, question: Question) -> Passage:
    origins = [one for one in Origin if question in QUOTED or one is not Origin.QUOTE]
    origin = draw(st.sampled_from(origins))
    return Passage(
        text=draw(WORDS), origin=origin, quote=draw(st.uuids()) if origin is Origin.QUOTE else None
    )


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    return Statement({
        question: tuple(draw(st.lists(passages(question), max_size=3))) for question in Question
    })  # fmt: skip


def call(**facts: object) -> CallStory:
    plain = CallStory(
        arrived_at=NOON, connected_at=NOON + timedelta(seconds=9),
        ended_at=NOON + timedelta(minutes=15, seconds=9), line="国民健康保険・年金の窓口",
        department="保険年金課", operator="山田", caller_class="番号通知あり",
    )  # fmt: skip
    return replace(plain, **facts)


@given(statements())
def test_what_is_stored_is_read_back_as_it_was(written: Statement) -> None:
    assert from_fields(to_fields(written)) == written


@given(statements(), st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=4))
def test_other_fields_of_a_form_change_nothing(written: Statement, foreign: dict[str, str]) -> None:
    ours = to_fields(written)
    beside = {f"x{name}": value for name, value in foreign.items()}

    assert from_fields(beside | ours) == written


@given(statements(), statements())
def test_nobody_can_pass_words_off_as_recorded(before: Statement, after: Statement) -> None:
    kept = honest(before, after)

    recorded = {(question, one.text) for question, one in before.passages() if one.origin is Origin.RECORD}
    claimed = {(question, one.text) for question, one in kept.passages() if one.origin is Origin.RECORD}
    assert claimed <= recorded
    assert [one.text for _, one in kept.passages()] == [one.text for _, one in after.passages()]
    assert honest(before, before) == before


def test_a_recorded_time_that_somebody_changes_is_theirs() -> None:
    before = prefilled(call())
    fields = to_fields(before) | {"when-1": "2026年4月1日 13時ごろ"}

    changed = honest(before, from_fields(fields))

    assert changed.of(Question.WHEN)[0].origin is Origin.WRITTEN
    assert changed.of(Question.WHEN)[1].origin is Origin.RECORD


def test_the_words_of_a_quote_are_those_that_were_heard() -> None:
    sent = from_fields({"how-1": "もっとひどい言葉", "how-1-origin": "quote", "how-1-quote": str(QUOTE)})

    assert with_heard_words(sent, {QUOTE: "いい加減にしろ"}).of(Question.HOW)[0].shown == "「いい加減にしろ」"
    with pytest.raises(QuoteNotHeard):
        with_heard_words(sent, {UUID(int=8): "いい加減にしろ"})


@pytest.mark.parametrize(
    "fields",
    [
        {"how-1": "言葉", "how-1-origin": "quote"},
        {"how-1": "言葉", "how-1-origin": "quote", "how-1-quote": "7"},
        {"how-1": "言葉", "how-1-origin": "record", "how-1-quote": str(QUOTE)},
        {"when-1": "言葉", "when-1-origin": "quote", "when-1-quote": str(QUOTE)},
        {"how-1": "言葉", "how-1-origin": "heard"},
        {"how-1": "言葉\x00"},
        {"how-1": "あ" * (LONGEST + 1)},
        {f"how-{number}": "言葉" for number in range(1, AT_MOST + 2)},
    ],
)
def test_what_cannot_stand_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(StatementFaulty):
        from_fields(fields)


def test_a_call_tells_what_it_knows_and_marks_what_it_guesses() -> None:
    quotes = (
        HeardQuote(id=QUOTE, text="いい加減にしろ", side=Side.CALLER, second=700),
        HeardQuote(id=UUID(int=8), text="落ち着いてください", side=Side.HALL, second=720),
    )
    told = prefilled(
        call(
            quotes=quotes,
            counts=(SameNumber(days=30, calls=4, departments=2),),
            warnings=(NOON + timedelta(minutes=12),),
            stretches=(
                Span(name="保留", begun_at=NOON + timedelta(minutes=1), ended_at=NOON + timedelta(minutes=3)),
            ),
            outcome="途中で切れた",
        )
    )

    assert [one.shown for one in told.of(Question.WHEN)] == [
        "2026年4月1日 12時00分09秒から12時15分09秒まで",
        "通話時間　15分00秒（うち保留など2分00秒）",
    ]
    assert [one.shown for one in told.of(Question.HOW)] == ["「いい加減にしろ」"]
    assert told.of(Question.CITY)[0].shown == "「落ち着いてください」"
    guessed = [one for _, one in told.passages() if one.origin is Origin.ESTIMATE]
    assert [one.shown for one in guessed] == [
        "（推定）同じ番号からの電話は、直近30日間に4回（2課）。同じ人かどうかは分からない"
    ]
    assert told.open_questions == (Question.WHAT,)
    assert told.quotes == (QUOTE, UUID(int=8))


def test_a_name_stands_only_as_what_somebody_said_of_themselves() -> None:
    assert "名乗りの記録なし" in prefilled(call()).of(Question.WHO)[0].text
    assert "「佐藤」と名乗った" in prefilled(call(claimed_name="佐藤")).of(Question.WHO)[1].text


def test_one_call_of_a_number_says_nothing_of_repeats() -> None:
    told = prefilled(call(counts=(SameNumber(days=30, calls=1, departments=1),)))

    assert Origin.ESTIMATE not in {one.origin for _, one in told.passages()}


def test_no_question_is_about_the_health_of_staff() -> None:
    labels = "".join(QUESTION_NAMES.values())

    assert set(QUESTION_NAMES) == set(Question)
    assert set(ORIGIN_NAMES) == set(Origin)
    assert not any(word in labels for word in ("健康", "体調", "診断", "症状", "休"))
    assert Question.WHY not in NEEDED
