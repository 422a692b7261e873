"""Fields of a form may hold anything: they say what happened, or are refused with a code."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from api.disclosure_steps import Sent, event_of
from api.disclosure_texts import STEP_FORMS
from api.errors import WrongInput
from api.facts_form import FactsForm, read_facts
from api.measure_form import MeasureForm, measure_taken
from core.errors import DomainError
from core.ids import AccountId
from disclosure.event_words import name_of, read, written
from incidents.cases.measures import MeasureKind

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIELDS = ("on", "words", "filed", "decider", "choice", "thing", "until", "days", "yes", "also", "fee")
ANYTHING = st.one_of(
    st.text(max_size=30), st.dates().map(str), st.uuids().map(str),
    st.sampled_from(["yes", "no", "full", "partial", "changed", "30", "hoken-nenkin"]),
)  # fmt: skip


@given(
    step=st.sampled_from([*STEP_FORMS, "", "received"]),
    fields=st.lists(ANYTHING, min_size=len(FIELDS), max_size=len(FIELDS)),
)
def test_a_step_is_an_event_that_can_be_kept_or_is_refused(step: str, fields: list[str]) -> None:
    sent = Sent(
        at=NOW, by=AccountId(UUID(int=1)), press=UUID(int=2),
        fields=dict(zip(FIELDS, fields, strict=True)), departments=frozenset({"hoken-nenkin"}),
    )  # fmt: skip

    try:
        event = event_of(step, sent)
    except WrongInput:
        return

    assert name_of(event) == step
    assert read(written(event)) == event


@given(
    kind=st.sampled_from([*MeasureKind, ""]) | st.text(max_size=10), on=ANYTHING,
    words=st.lists(ANYTHING, min_size=3, max_size=3),
)  # fmt: skip
def test_a_measure_is_one_or_is_refused(kind: str, on: str, words: list[str]) -> None:
    reference, basis, note = words
    try:
        taken = measure_taken(
            MeasureForm(kind=kind, on=on, reference=reference, basis=basis, note=note), UUID(int=3), NOW
        )
    except DomainError:
        return

    assert callable(taken)
    assert kind in set(MeasureKind)


@given(
    since=ANYTHING, until=ANYTHING, number=st.text(max_size=20), line=st.sampled_from(["", "hoken", "x"]),
    operator=ANYTHING, words=st.text(max_size=70),
)  # fmt: skip
@example(since="0001-01-01", until="9999-12-31", number="", line="", operator="", words="")
@example(
    since="2999-12-31", until="2999-12-31", number="０３-1234-5678", line="hoken", words="保険　料",
    operator="6f1e3c1e-0000-4000-8000-000000000000",
)  # fmt: skip
def test_which_calls_are_meant_is_told_or_what_is_wrong_is(  # noqa: PLR0913, PLR0917  the form's fields
    since: str, until: str, number: str, line: str, operator: str, words: str
) -> None:
    form = FactsForm(
        since=since, until=until, number=number, line=line, operator=operator, words=words
    )  # fmt: skip
    faults, wanted = read_facts(form, {"hoken"}, str.encode)

    assert bool(faults) != (wanted is not None)
    if wanted is not None:
        assert wanted.after < wanted.before
        assert wanted.line in {None, "hoken"}
        assert all(wanted.words)
