"""応援 and judgements on the screens: who waits for somebody, accepted with one click."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api.deps import OwnForm, Parts, Show, SignedIn
from api.reading.help_waiting import help_waiting
from api.reading.judgements_waiting import judgements_waiting
from api.reading.signals import lives_at_stake
from api.routes.live import told
from api.wording import clock_time
from core.errors import NotFound
from storage.boards import boards_waiting
from storage.help_requests import HelpRequest, accept_help, close_help

router = APIRouter(include_in_schema=False)
HelpInPath = Annotated[UUID, Path()]


def helper_in_words(request: HelpRequest, phones: dict[str, str]) -> str:
    """Say who comes, or that nobody is known yet."""
    if request.cancelled_at is not None:
        return "応援を取り消しました。"
    if request.accepted_at is None:
        if request.ringing:
            return f"応援を呼んでいます。いま、{phones.get(request.ringing, '電話機')}が鳴っています。"
        return "応援を呼んでいます。"
    who = f"{request.helper}さん" if request.helper else phones.get(request.accepted_phone or "", "応援の人")
    return f"{who}が向かっています（{clock_time(request.accepted_at)}）。"


@router.get("/help/waiting")
def waiting(session: SignedIn, parts: Parts, show: Show) -> Response:
    """Return who waits for help, and which calls for a judgement: a part of every page of a supervisor."""
    viewer, now = session.actor.account, parts.clock.now()
    with parts.database.begin(session.actor) as connection:
        found = help_waiting(connection)
        lives = lives_at_stake(connection, now)
        judged = judgements_waiting(connection, viewer=viewer, demands=parts.profile.ending, now=now)
        boards = boards_waiting(connection, viewer)
    return show.bare("part_help_waiting.html", waiting=found, judgements=judged, boards=boards, lives=lives)


@router.post("/help/{asked}/accept")
def accept(request: Request, asked: HelpInPath, session: OwnForm, parts: Parts, show: Show) -> Response:
    """Accept a call for help; of two at once the first comes, and both are told who that is."""
    with parts.database.begin(session.actor) as connection:
        found = accept_help(connection, asked, session.actor.account, parts.clock.now())
    return _answer(request, session, parts, show, found)


@router.post("/help/{asked}/there")
def there(request: Request, asked: HelpInPath, session: OwnForm, parts: Parts, show: Show) -> Response:
    """Say that somebody is there: the request leaves the screens."""
    with parts.database.begin(session.actor) as connection:
        found = close_help(connection, asked, parts.clock.now())
    return _answer(request, session, parts, show, found)


def _answer(
    request: Request, session: OwnForm, parts: Parts, show: Show, found: HelpRequest | None
) -> Response:
    if found is None:
        raise NotFound
    phones = {str(one.id): one.name for one in parts.profile.phones}
    return told(request, session, parts, show, helper_in_words(found, phones))
