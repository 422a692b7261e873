"""録れていない電話: what a comparison found, and who looked at it with what result."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.errors import NotYourRole, WrongInput
from api.reading.unrecorded import compared_at, count_doubts, list_doubts, mark_seen, unseen_servers
from core.actors import Role
from core.facts import ComparisonWanted
from telephony.unrecorded.unrecorded_reason import SENTENCES

router = APIRouter(include_in_schema=False)

LONGEST_REASON = 500
USUAL_REASONS = ("相手が話さなかった", "機器・回線の不調を直した", "試験・訓練の通話")
"""What mostly comes of looking: one click each."""


@router.get("/unrecorded")
def unrecorded(
    request: Request, session: SignedIn, parts: Parts, show: Show, asked: bool = False
) -> HTMLResponse:
    """Show the departments' list to a supervisor, counts to an administrator."""
    with parts.database.begin(session.actor) as connection:
        found = list_doubts(connection)
        counts = count_doubts(connection)
        compared = compared_at(connection)
        unseen = unseen_servers(connection, parts.clock.now())
    waiting = [one for one in found if one.seen_at is None and one.settled_at is None]
    return show.show(
        request, session, "unrecorded.html",
        waiting=[one for one in waiting if not one.practice],
        practice=[one for one in waiting if one.practice],
        over=[one for one in found if one.seen_at is not None or one.settled_at is not None],
        counts=counts,
        compared=compared,
        unseen=unseen,
        asked=asked,
        sentences={reason.value: sentence for reason, sentence in SENTENCES.items()},
        usual=USUAL_REASONS,
        supervisor=session.actor.has(Role.SUPERVISOR),
        administrator=session.actor.has(Role.ADMINISTRATOR),
    )  # fmt: skip


@router.post("/unrecorded/compare")
def compare_now(session: OwnForm, parts: Parts) -> Response:
    """Have records, calls and recordings compared now; one that waits already is not queued twice."""
    with parts.database.begin(session.actor) as connection:
        parts.announcer.announce(connection, ComparisonWanted())
    return RedirectResponse("/unrecorded?asked=true", status_code=303)


@router.post("/unrecorded/{doubt}/seen")
def seen(
    doubt: Annotated[int, Path(ge=1, le=2**62)],
    session: OwnForm,
    parts: Parts,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Write down that a supervisor looked at it, and why it need not wait any longer."""
    if not session.actor.has(Role.SUPERVISOR):
        raise NotYourRole
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise WrongInput
    with parts.database.begin(session.actor) as connection:
        mark_seen(connection, doubt, session.actor.account, said, parts.clock.now())
    return RedirectResponse("/unrecorded", status_code=303)
