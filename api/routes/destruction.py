"""保全と廃棄: holds, the list of what people approve, and the certificates of what is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.destruction_texts import CLASS_NAMES, certificate_text, rule_name
from api.errors import WrongInput
from api.reading.destruction import names_of, subject_of
from api.wording import HERE
from core.actors import Role
from core.errors import NotFound
from core.ids import RecordingId
from storage.approvals import approve, waiting_for_approval
from storage.certificates import certificate_of, newest_certificates
from storage.destroyer_runs import last_runs
from storage.holds import NewHold, lift_hold, place_hold, standing_holds

router = APIRouter(include_in_schema=False)

LONGEST_REASON = 500
CERTIFICATES = 100
"""So many on the page; each one has a file of its own."""


@router.get("/destruction")
def destruction(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show what waits for approvals, what is held, and what is gone, to whoever may see it."""
    with parts.database.begin(session.actor) as connection:
        waiting = waiting_for_approval(connection, session.actor, parts.clock.now())
        held = standing_holds(connection)
        proofs = newest_certificates(connection, CERTIFICATES)
        runs = last_runs(connection)
    return show.show(
        request, session, "destruction.html",
        waiting=waiting,
        held=held,
        proofs=proofs,
        destroyed=runs.get("destroyed"),
        proven=runs.get("proven"),
        approvals=parts.profile.keeping.approvals,
        classes=CLASS_NAMES,
        rule_name=rule_name,
        supervisor=session.actor.has(Role.SUPERVISOR),
    )  # fmt: skip


@router.post("/destruction/{recording}/approve")
def approved(recording: Annotated[UUID, Path()], session: OwnForm, parts: Parts) -> Response:
    """Approve that a recording goes."""
    with parts.database.begin(session.actor) as connection:
        approve(connection, session.actor, RecordingId(recording), parts.clock.now())
    return RedirectResponse("/destruction", status_code=303)


@router.get("/destruction/{recording}/certificate.txt")
def certificate(recording: Annotated[UUID, Path()], session: SignedIn, parts: Parts) -> Response:
    """Give a certificate as a file."""
    with parts.database.begin(session.actor) as connection:
        proof = certificate_of(connection, recording)
        if proof is None:
            raise NotFound
        approvers = names_of(connection, [one["account"] for one in proof.evidence.get("approved_by", ())])
    departments = {one.id: one.name for one in parts.profile.departments}
    return Response(
        certificate_text(proof, departments, approvers),
        media_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="haiki-{recording}.txt"',
            "Cache-Control": "no-store",
        },
    )


@router.post("/destruction/{recording}/hold")
def hold(
    recording: Annotated[UUID, Path()],
    session: OwnForm,
    parts: Parts,
    reason: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Hold a recording (保全): from now on nobody destroys it."""
    now = parts.clock.now()
    new = NewHold(recording=RecordingId(recording), reason=_reason(reason), until=_end_of(until, now))
    with parts.database.begin(session.actor) as connection:
        place_hold(connection, session.actor, new, now)
        call = subject_of(connection, new.recording)
    return RedirectResponse(f"/calls/{call}", status_code=303)


@router.post("/destruction/{recording}/holds/{placed}/lift")
def lift(
    recording: Annotated[UUID, Path()],
    placed: Annotated[UUID, Path()],
    session: OwnForm,
    parts: Parts,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Lift a hold, with a reason."""
    said = _reason(reason)
    with parts.database.begin(session.actor) as connection:
        lift_hold(connection, session.actor, RecordingId(recording), placed, said, parts.clock.now())
        call = subject_of(connection, RecordingId(recording))
    return RedirectResponse(f"/calls/{call}", status_code=303)


def _reason(reason: str) -> str:
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise WrongInput
    return said


def _end_of(until: str, now: datetime) -> datetime | None:
    """Return the end of the last day, as people here count days; None without one."""
    if not until:
        return None
    try:
        end = datetime.combine(date.fromisoformat(until) + timedelta(days=1), time(), HERE).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput from None
    if end <= now:
        raise WrongInput
    return end
