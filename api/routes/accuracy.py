"""文字起こしの正確さ: how exact the machine's words were in the calls that people checked."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Parts, Show, SignedIn
from api.reading.accuracy import SHORTEST, accuracy_seen
from api.search_form import read_period
from api.wording import HERE
from core.errors import NotFound
from transcription.accuracy import FEWEST_CALLS, FEWEST_CHARACTERS, FEWEST_WORDS

router = APIRouter(include_in_schema=False)
FIRST_PERIOD = timedelta(days=90)
PERIOD_FAULT = (
    f"期間は、始まりの日から終わりの日まで、{SHORTEST.days}日間以上になるように正しい日付で入れてください。"
)


@router.get("/accuracy")
def accuracy(  # noqa: PLR0913, PLR0917  the page's filters
    request: Request,
    session: SignedIn,
    parts: Parts,
    show: Show,
    since: str = "",
    until: str = "",
    department: str = "",
) -> HTMLResponse:
    """Show a supervisor the figures of a period, the last 90 days at first, in departments of theirs.

    Raises:
        NotFound: a department that is not theirs
    """
    own = session.actor.departments
    departments = frozenset(one for one in own if department in {"", one})
    if department and not departments:
        raise NotFound
    today = parts.clock.now().astimezone(HERE).date()
    if not since and not until:
        since, until = (today - FIRST_PERIOD).isoformat(), today.isoformat()
    period = read_period(since, until)
    seen = None
    if period is not None and period[1] - period[0] >= SHORTEST:
        with parts.database.begin(session.actor) as connection:
            seen = accuracy_seen(connection, departments, *period)
    return show.show(
        request, session, "accuracy.html",
        status=422 if seen is None else 200, seen=seen, since=since, until=until, chosen=department,
        fault=PERIOD_FAULT if seen is None else None,
        departments=[one for one in parts.profile.departments if one.id in own],
        shortest_days=SHORTEST.days, fewest_characters=FEWEST_CHARACTERS, fewest_calls=FEWEST_CALLS,
        fewest_words=FEWEST_WORDS,
    )  # fmt: skip
