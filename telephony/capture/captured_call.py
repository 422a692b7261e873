"""What capture must know of a call, from its row and its journal, and what it writes back when it is done.

The dialplan's own facts complete what nobody of ours saw; they never overrule it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from core.ids import AccountId, CallId, DepartmentId, LineId
from core.profile.recording import OUTBOUND_PREFIX
from storage.seats import who_sat_through
from telephony.call.call import Call, Outcome
from telephony.call.recording_on_call import ON_DEMAND
from telephony.capture.dialplan_facts import DialplanFacts
from telephony.capture.evidence import CallSpan, Evidence
from telephony.capture.findings import WORTH_AN_ALARM, Finding
from telephony.capture.recording_omitted import NoSound, nobody_talked
from telephony.capture.recording_span import recorded_span, seconds_untold
from telephony.journal.call_writing import journal_of
from telephony.journal.projection import project
from telephony.sound.notice_proof import NoticeProof

NOTHING_SAID_YET = 1.0
"""Seconds from the answer in which a caller may leave before anything can be heard."""

_DIALPLAN_MARKS = UUID("8a5f1c0e-52de-5b43-9b7c-0d6f4a2a1e90")

_CALL = text("""
    SELECT line, department, practice, operator_id, arrived_at, answered_at, connected_at, ended_at,
           interrupted, outcome, EXISTS (SELECT 1 FROM call_marks WHERE call_id = calls.id) AS marked
      FROM calls WHERE id = :call
""")
_COMPLETE = text("""
    UPDATE calls SET answered_at = coalesce(answered_at, :answered_at),
                     connected_at = coalesce(connected_at, :connected_at),
                     operator_phone = coalesce(operator_phone, :phone),
                     operator_id = coalesce(operator_id, :operator),
                     outcome = coalesce(nullif(outcome, 'unknown'), :outcome)
     WHERE id = :call
""")
_MARK = text("""
    INSERT INTO call_marks (id, call_id, at, source) VALUES (:id, :call, :at, 'phone') ON CONFLICT DO NOTHING
""")
# The call is over before we hear of it: the request is written as closed, for nobody to run to.
_HELP = text("""
    INSERT INTO help_requests (id, call_id, source, phone, asked_at, closed_at)
    VALUES (:id, :call, 'dialplan', :phone, :at, :at) ON CONFLICT DO NOTHING
""")
_NOTICE = text("""
    UPDATE calls SET notice = :notice, notice_correlation = :correlation, notice_at_ms = :at_ms
     WHERE id = :call
""")
_NOTIFY = text("SELECT pg_notify('tsuwaroku_calls', :call)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedCall:
    """A call whose recording is to be sealed."""

    id: CallId
    line: LineId
    department: DepartmentId
    practice: bool
    operator_id: AccountId | None
    ended_at: datetime | None
    """When it ended for us; of an interrupted call, when somebody noticed."""
    marked: bool
    announcement: str | None
    """The announcement of its line when it came in; None if nobody of ours saw it come in."""
    span: CallSpan
    mode: str = "always"
    """How its line was recorded when it came in, or is now if nobody of ours saw it come in."""
    nobody_talked: bool = False
    """It is known that nobody answered."""
    recorded: bool = True
    """False on a line that is recorded on request, if nobody asked."""
    discarded: bool = False
    """録音拒否, and the profile keeps nothing of what was recorded before it stopped."""
    seconds_untold: float = 0.0
    """So long, from the first sample, the caller had not been told yet; what they said is silenced."""

    def no_sound(self, *, found: bool) -> NoSound | None:
        """Say why no sound is to be kept, None if it is; ``found``: there are tracks."""
        going_out = self.line.startswith(OUTBOUND_PREFIX)
        if self.nobody_talked and not self.marked and (found or going_out or not self.recorded):
            return NoSound.NOBODY_ANSWERED
        if not self.recorded and not found:
            return NoSound.NOT_ASKED_FOR
        return NoSound.REFUSED if self.discarded and not self.marked else None


def read_captured_call(
    connection: Connection,
    call: CallId,
    dialplan: DialplanFacts | None,
    mode_now: Callable[[LineId], str] = lambda _line: "always",
) -> CapturedCall | None:
    """Read what is known of a call; None if there is no such call.

    Args:
        connection: the worker role's
        call: whose recording is to be sealed
        dialplan: what the dialplan noted of it, if it served the call at any time
        mode_now: how a line is recorded, for calls that nobody of ours saw come in
    """
    row = connection.execute(_CALL, {"call": call}).one_or_none()
    if row is None:
        return None
    noted = dialplan or DialplanFacts()
    told = project(call, journal_of(connection, call)).call
    answered_at = row.answered_at or noted.answered_at
    span = CallSpan(
        # No sound flows before the answer, and MixMonitor writes none of it down (measured on 22.10.1).
        recorded_from=answered_at or noted.recorded_from or row.arrived_at,
        answered_at=answered_at,
        connected_at=row.connected_at or noted.connected_at,
        ended_at=None if row.interrupted else row.ended_at or noted.ended_at,
        arrived_at=row.arrived_at,
        announcement_finished=told.announcement_played or noted.announcement_played,
        announcement_ended_at=told.announced_at or noted.notice_until,
    )
    plan = None if told.arrival is None else told.arrival.plan
    mode = mode_now(LineId(row.line)) if plan is None else plan.mode
    recorded = recorded_span(span, told, noted, mode)
    outcome = (row.outcome if row.outcome != Outcome.UNKNOWN.value else None) or noted.outcome.value
    return CapturedCall(
        id=call,
        line=LineId(row.line),
        department=DepartmentId(row.department),
        practice=row.practice,
        operator_id=row.operator_id or _who_took(connection, row.arrived_at, noted),
        ended_at=row.ended_at,
        marked=row.marked or bool(noted.marks),
        announcement=_announcement(told, noted, mode),
        span=recorded or span,
        recorded=recorded is not None,
        discarded=told.recording.stopped_at is not None
        and plan is not None
        and plan.recorded_so_far == "discard",
        seconds_untold=0.0 if recorded is None else seconds_untold(recorded, mode),
        nobody_talked=nobody_talked(
            outcome, connected=span.connected_at is not None, interrupted=row.interrupted
        ),
        mode=mode,
    )


def _announcement(told: Call, noted: DialplanFacts, mode: str) -> str | None:
    """Say which words the caller was to hear; None if only the line of today knows."""
    if told.arrival is None or noted.spoken:
        return noted.spoken or None
    plan = told.arrival.plan
    return plan.recording_announcement if mode == ON_DEMAND else plan.announcement


def _who_took(connection: Connection, arrived_at: datetime, noted: DialplanFacts) -> AccountId | None:
    """Say whose own call it is that the dialplan connected: as of a call that we led (`call_writing.py`)."""
    if noted.phone is None or noted.connected_at is None:
        return None
    return who_sat_through(connection, noted.phone, arrived_at, noted.connected_at)


def complete_from_dialplan(
    connection: Connection, call: CallId, noted: DialplanFacts, operator: AccountId | None = None
) -> None:
    """Fill in what only the dialplan saw of a call that it served alone or was given back."""
    known = {
        "operator": operator,
        "answered_at": noted.answered_at,
        "connected_at": noted.connected_at,
        "phone": noted.phone,
        "outcome": noted.outcome.value,
    }
    connection.execute(_COMPLETE, {"call": call, **known})
    _place_marks(connection, call, noted.marks)
    for at in noted.help_asked:
        asked = uuid5(_DIALPLAN_MARKS, f"{call} help {at.isoformat()}")
        connection.execute(_HELP, {"id": asked, "call": call, "phone": noted.phone, "at": at})


def _place_marks(connection: Connection, call: CallId, marks: Sequence[datetime]) -> None:
    for at in marks:
        mark = uuid5(_DIALPLAN_MARKS, f"{call} {at.isoformat()}")
        connection.execute(_MARK, {"id": mark, "call": call, "at": at})


def write_notice(connection: Connection, call: CallId, proof: NoticeProof | None) -> None:
    """Write down whether notice is proven; None when there is no recording that could prove it."""
    values = {
        "notice": "proven" if proof and proof.proven else "missing",
        "correlation": proof.correlation if proof else None,
        "at_ms": proof.at_ms if proof else None,
    }
    connection.execute(_NOTICE, {"call": call, **values})


def tell_listeners(connection: Connection, call: CallId) -> None:
    """Wake whoever shows this call, once the transaction is through."""
    connection.execute(_NOTIFY, {"call": call})


def worth_an_alarm(known: CapturedCall, evidence: Evidence) -> frozenset[Finding]:
    """Say which oddities of a recording people must look at."""
    if known.span.answered_at is None and evidence.findings == frozenset({Finding.EMPTY}):
        return frozenset()  # the caller left before anybody answered: there was nothing to record
    worth = evidence.findings & WORTH_AN_ALARM
    if evidence.left_early and evidence.seconds < NOTHING_SAID_YET:
        # Otherwise whoever dials and hangs up again and again buries every other alarm.
        worth -= {Finding.EMPTY, Finding.SILENT}
    return worth
