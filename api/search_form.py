"""The form of a search: what was filled in, what of it is wrong, and the query that it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form

from api.error_texts import error_text
from api.purposes import PurposeFault, read_purpose
from api.saved_queries import KeptQuery, SavedQuery
from api.wording import HERE
from core.actors import Actor, Purpose
from core.errors import NotFound
from core.ids import AccountId, LineId
from core.profile.model import CityProfile
from transcription.normalise import normalised_words
from transcription.search_choice import Choice
from transcription.utterance import Track

LONGEST = 100
FIRST_PERIOD = timedelta(days=30)
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_MOST_MINUTES, _FEWEST_TIMES, _MOST_TIMES = 1440, 2, 1000
_YES_OR_NO = {"": None, "yes": True, "no": False}
EMPTY: Mapping[str, str] = {
    "words": "", "since": "", "until": "", "department": "", "purpose": "", "case": "", "line": "",
    "operator": "", "side": "", "flagged": "", "shortest": "", "longest": "", "times": "",
}  # fmt: skip
NARROWER = ("line", "operator", "side", "flagged", "shortest", "longest", "times")


def filled_in(  # noqa: PLR0913, PLR0917  a form has these fields
    words: Annotated[str, Form()] = "",
    since: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    department: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "",
    case: Annotated[str, Form()] = "",
    line: Annotated[str, Form()] = "",
    operator: Annotated[str, Form()] = "",
    side: Annotated[str, Form()] = "",
    flagged: Annotated[str, Form()] = "",
    shortest: Annotated[str, Form()] = "",
    longest: Annotated[str, Form()] = "",
    times: Annotated[str, Form()] = "",
) -> dict[str, str]:
    """Return the fields as they were filled in; what cannot be printed is a space."""
    fields = {
        "words": words, "since": since, "until": until, "department": department, "purpose": purpose,
        "case": case,
        "line": line, "operator": operator, "side": side, "flagged": flagged, "shortest": shortest,
        "longest": longest, "times": times,
    }  # fmt: skip
    return {
        name: "".join(letter if letter.isprintable() else " " for letter in value).strip()
        for name, value in fields.items()
    }


FilledIn = Annotated[dict[str, str], Depends(filled_in)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A form that was read: a query, or what has to be put right (field, words)."""

    query: SavedQuery | None
    faults: list[tuple[str, str]]
    purpose_fault: str = ""


def read_form(filled: Mapping[str, str], actor: Actor, profile: CityProfile) -> Read:
    """Read a form of somebody who works in some departments; its purpose holds in this session.

    Raises:
        NotFound: a department that is not theirs, or a line or an account that cannot be
    """
    faults: list[tuple[str, str]] = []
    if not normalised_words(filled["words"]):
        faults.append(("words", "探す言葉を入れてください。記号だけでは探せません。"))
    if len(filled["words"]) > LONGEST:
        faults.append(("words", f"探す言葉は{LONGEST}文字までにしてください。"))
    period = read_period(filled["since"], filled["until"])
    if period is None:
        faults.append(("since", "期間は、始まりの日から終わりの日までを正しい日付で入れてください。"))
    purpose, purpose_fault = _purpose(filled, profile, faults)
    numbers = {
        "shortest": _number(filled["shortest"], 0, _MOST_MINUTES),
        "longest": _number(filled["longest"], 0, _MOST_MINUTES),
        "times": _number(filled["times"], _FEWEST_TIMES, _MOST_TIMES),
    }
    for name, words in (
        ("shortest", f"話した長さは、0から{_MOST_MINUTES}までの分で入れてください。"),
        ("longest", f"話した長さは、0から{_MOST_MINUTES}までの分で入れてください。"),
        ("times", f"回数は、{_FEWEST_TIMES}から{_MOST_TIMES}までの数で入れてください。"),
    ):
        if filled[name] and numbers[name] is None:
            faults.append((name, words))
    choice = _choice(filled, numbers, profile)
    departments = actor.departments
    if filled["department"]:
        departments = frozenset(one for one in actor.departments if one == filled["department"])
        if not departments:
            raise NotFound
    if faults or period is None or purpose is None:
        return Read(query=None, faults=faults, purpose_fault=purpose_fault)
    query = SavedQuery(
        words=filled["words"], after=period[0], before=period[1], departments=departments,
        purpose=purpose, choice=choice, session=actor.session,
    )  # fmt: skip
    return Read(query=query, faults=[])


def form_of(query: SavedQuery) -> dict[str, str]:
    """Fill the form in with a query, for changing it. The purpose is asked anew."""
    choice = query.choice
    marked = {None: "", True: "yes", False: "no"}
    return {
        "words": query.words,
        "since": query.after.astimezone(HERE).date().isoformat(),
        "until": _last_day(query).isoformat(),
        "department": next(iter(query.departments)) if len(query.departments) == 1 else "",
        "purpose": "",
        "case": "",
        "line": choice.line or "",
        "operator": "" if choice.operator is None else str(choice.operator),
        "side": "" if choice.track is None else choice.track.value,
        "flagged": marked[choice.flagged],
        "shortest": _minutes(choice.shortest),
        "longest": _minutes(choice.longest),
        "times": "" if choice.times is None else str(choice.times),
    }


def form_of_kept(kept: KeptQuery, today: date) -> dict[str, str]:
    """Fill the form in with a query that was kept; a period that went up to its day goes up to today."""
    filled = form_of(kept.query)
    last = _last_day(kept.query)
    if last >= kept.kept_at.astimezone(HERE).date():
        length = last - kept.query.after.astimezone(HERE).date()
        filled |= {"since": (today - length).isoformat(), "until": today.isoformat()}
    return filled


def _purpose(
    filled: Mapping[str, str], profile: CityProfile, faults: list[tuple[str, str]]
) -> tuple[Purpose | None, str]:
    """Return the purpose, or the code of what is wrong with it, which is told among the faults."""
    try:
        # A purpose for practice calls finds practice calls alone.
        return read_purpose(profile, filled["purpose"], filled["case"], practice=True), ""
    except PurposeFault as fault:
        field = "purpose-case" if fault.code.startswith("case-") else "purpose"
        faults.append((field, error_text(fault.code).title + "。"))
        return None, fault.code


def _choice(filled: Mapping[str, str], numbers: Mapping[str, int | None], profile: CityProfile) -> Choice:
    line, operator = filled["line"], _account(filled["operator"])
    if (line and line not in {one.id for one in profile.lines}) or filled["flagged"] not in _YES_OR_NO:
        raise NotFound
    if (filled["operator"] and operator is None) or filled["side"] not in {"", *Track}:
        raise NotFound
    return Choice(
        line=LineId(line) if line else None,
        operator=operator,
        track=Track(filled["side"]) if filled["side"] else None,
        flagged=_YES_OR_NO[filled["flagged"]],
        shortest=_as_minutes(numbers["shortest"]),
        longest=_as_minutes(numbers["longest"]),
        times=numbers["times"],
    )


def read_period(since: str, until: str) -> tuple[datetime, datetime] | None:
    """Return the first moment of a period of days in Japan, and the first one after it; None: no period."""
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
        start = datetime.combine(first, time.min, HERE)
        end = datetime.combine(last + timedelta(days=1), time.min, HERE)
    except (ValueError, OverflowError):
        return None
    # No recording is older or younger; near the ends of the calendar other time zones have no date at all.
    return (start, end) if start < end and first.year >= _FIRST_YEAR and last.year <= _LAST_YEAR else None


def _last_day(query: SavedQuery) -> date:
    return (query.before - timedelta(microseconds=1)).astimezone(HERE).date()


def _number(written: str, least: int, most: int) -> int | None:
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(most))):
        return None
    return int(written) if least <= int(written) <= most else None


def _as_minutes(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(minutes=number)


def _minutes(length: timedelta | None) -> str:
    return "" if length is None else str(int(length.total_seconds() // 60))


def _account(written: str) -> AccountId | None:
    try:
        return AccountId(UUID(written))
    except ValueError:
        return None
