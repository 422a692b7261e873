"""The form that says which calls are meant: days, a number, a line. Read alike wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Form

from api.parts import ConsoleParts
from api.wording import HERE
from core.ids import LineId
from storage.request_facts import WantedFacts
from telephony.call.callers import read_caller

LONGEST_PERIOD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsForm:
    """What was written into the form."""

    since: str
    until: str
    number: str = ""
    line: str = ""

    @classmethod
    def of_days(cls, today: date, days: int) -> FactsForm:
        """Return the form as it stands before anybody wrote into it: so many days until today."""
        return cls(since=str(today - timedelta(days=days)), until=str(today))


def facts_form(
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    line: Annotated[str, Form()] = "",
) -> FactsForm:
    """Return the form as it was sent."""
    return FactsForm(since=since, until=until, number=number, line=line)


Written = Annotated[FactsForm, Depends(facts_form)]


def facts_wanted(parts: ConsoleParts, form: FactsForm) -> tuple[dict[str, str], WantedFacts | None]:
    """Return what is wrong with a form, by field; or what it asks for of this city."""
    return read_facts(form, {str(one.id) for one in parts.profile.lines}, parts.numbers.hash)


def read_facts(
    form: FactsForm, lines: Collection[str], hash_of: Callable[[str], bytes]
) -> tuple[dict[str, str], WantedFacts | None]:
    """Return what is wrong with a form, by field; or what it asks for.

    Args:
        form: as it was sent
        lines: ids of the city's lines
        hash_of: the keyed hash of a number as E.164
    """
    faults: dict[str, str] = {}
    first, last = _day(form.since), _day(form.until)
    if first is None or last is None or last < first or last - first > LONGEST_PERIOD:
        faults["since"] = "いつからいつまでを、1年までの期間で入れてください。"
    given = form.number.strip()
    caller = read_caller(given).e164 if given else None  # as the telephone reads it
    if given and caller is None:
        faults["number"] = "電話番号を、市外局番から入れてください。例：03-1234-5678"
    if form.line and form.line not in lines:
        faults["line"] = "窓口を選び直してください。"
    if faults or first is None or last is None:
        return faults, None
    return {}, WantedFacts(
        after=_start(first), before=_start(last + timedelta(days=1)),
        line=LineId(form.line) if form.line else None,
        caller=hash_of(caller) if caller else None,
    )  # fmt: skip


def _day(words: str) -> date | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None  # noqa: PLR2004  years that calls can have


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), HERE).astimezone(UTC)
