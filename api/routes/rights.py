"""閲覧の権利: who stands in for whom, what was opened urgently, and which calls only a group sees."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.deps import Parts, Show, SignedIn
from api.wording import HERE
from core.actors import Role
from storage.deputies import LONGEST, deputies_since
from storage.restrictions import groups_of
from storage.urgent_openings import openings_since

router = APIRouter(include_in_schema=False)
LOOKS_BACK = timedelta(days=93)
"""So far back openings are listed here; they are in the access log for good."""


@router.get("/rights")
def rights(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show them, as far as they concern whoever asks."""
    actor, now = session.actor, parts.clock.now()
    supervisor = actor.has(Role.SUPERVISOR)
    with parts.database.begin(actor) as connection:
        openings = openings_since(connection, actor, now - LOOKS_BACK)
        deputies = deputies_since(connection, now)
        groups = groups_of(connection) if supervisor else []
    here = now.astimezone(HERE)
    own = [one for one in parts.profile.departments if one.id in actor.departments]
    return show.show(
        request, session, "rights.html",
        supervisor=supervisor,
        auditor=actor.has(Role.AUDITOR),
        may_open=supervisor and not actor.has(Role.ADMINISTRATOR),
        names_deputies=supervisor and not actor.standing_in,
        openings=openings,
        deputies=deputies,
        groups=groups,
        departments=own,
        other_lines=[one for one in parts.profile.lines if one.department not in actor.departments],
        minutes=parts.profile.rights.urgent_minutes,
        press=uuid4(),
        first_day=f"{here:%Y-%m-%d}",
        last_day=f"{here + LONGEST - timedelta(days=1):%Y-%m-%d}",
        latest=f"{here:%Y-%m-%dT%H:%M}",
        moment=now,
    )  # fmt: skip
