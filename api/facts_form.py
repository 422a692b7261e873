"""The form that says which calls are meant: days, number, line, people, words. Read alike everywhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form

from api.parts import ConsoleParts
from api.wording import HERE
from core.ids import AccountId, LineId
from storage.request_facts import WantedFacts
from telephony.call.callers import read_caller
from transcription.normalise import normalise

LONGEST_WORDS = 60
_NOT_HELD_BY = "保全は、日・電話番号・窓口で行います。ここを空にしてから、保全してください。"
LONGEST_PERIOD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsForm:
    """What was written into the form."""

    since: str
    until: str
    number: str = ""
    line: str = ""
    operator: str = ""
    words: str = ""

    @classmethod
    def of_days(cls, today: date, days: int) -> FactsForm:
        """Return the form as it stands before anybody wrote into it: so many days until today."""
        return cls(since=str(today - timedelta(days=days)), until=str(today))


def facts_form(  # noqa: PLR0913, PLR0917  the form's fields
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    line: Annotated[str, Form()] = "",
    operator: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> FactsForm:
    """Return the form as it was sent."""
    return FactsForm(since=since, until=until, number=number, line=line, operator=operator, words=words)


Written = Annotated[FactsForm, Depends(facts_form)]


def facts_wanted(parts: ConsoleParts, form: FactsForm) -> tuple[dict[str, str], WantedFacts | None]:
    """Return what is wrong with a form, by field; or what it asks for of this city."""
    return read_facts(form, {str(one.id) for one in parts.profile.lines}, parts.numbers.hash)


def to_be_held(parts: ConsoleParts, form: FactsForm) -> tuple[dict[str, str], WantedFacts | None]:
    """Return the same for what is to be held: days, a number and a line alone, which no late text changes."""
    faults, wanted = facts_wanted(parts, form)
    for name in ("operator", "words"):
        if getattr(form, name).strip():
            faults = {
                **faults,
                name: "保全は、日・電話番号・窓口で行います。ここを空にしてから、保全してください。",
            }
    return faults, None if faults else wanted


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
    words = tuple(dict.fromkeys(map(normalise, form.words.split())))
    if len(form.words) > LONGEST_WORDS or not all(words):
        faults["words"] = f"言葉を、{LONGEST_WORDS}文字までで入れてください。記号だけでは探せません。"
    operator = _account(form.operator)
    if form.operator and operator is None:
        faults["operator"] = "職員を選び直してください。"
    if faults or first is None or last is None:
        return faults, None
    return {}, WantedFacts(
        after=_start(first), before=_start(last + timedelta(days=1)),
        line=LineId(form.line) if form.line else None,
        caller=hash_of(caller) if caller else None, operator=operator, words=words,
    )  # fmt: skip


def _account(written: str) -> AccountId | None:
    try:
        return AccountId(UUID(written)) if written else None
    except ValueError:
        return None


def _day(words: str) -> date | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2999 else None  # noqa: PLR2004  years that calls can have


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), HERE).astimezone(UTC)
