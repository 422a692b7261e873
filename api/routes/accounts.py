"""The list of accounts, for administrators: who may sign in, and with which roles. No content of any call."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.accounts import list_accounts
from api.deps import Parts, Show, SignedIn
from api.engagements import Engagement, engagements, lines_of
from api.errors import NotYourRole
from api.wording import HERE
from core.actors import Role

router = APIRouter(include_in_schema=False)


@router.get("/accounts")
def accounts(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show every account."""
    if not session.actor.has(Role.ADMINISTRATOR):
        raise NotYourRole
    with parts.database.begin(session.actor) as connection:
        found, engaged = list_accounts(connection), engagements(connection)
    now = parts.clock.now()
    return show.show(
        request, session, "accounts.html",
        accounts=found,
        engaged=engaged,
        usual=Engagement(),  # "none" is a word of the template engine
        over={account for account, one in engaged.items() if one.is_over(now)},
        last_days={
            account: f"{(one.ends_at - timedelta(seconds=1)).astimezone(HERE):%Y-%m-%d}"
            for account, one in engaged.items()
            if one.ends_at is not None
        },
        lines_of={
            one.id: [line for line in parts.profile.lines if line.id in reached]
            for one in found
            for reached in [lines_of(parts.profile, one.departments)]
        },
        first_day=f"{now.astimezone(HERE):%Y-%m-%d}",
    )  # fmt: skip
