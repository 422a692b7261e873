"""Writes a call's entries into the database and makes its row, marks and alarms follow, in one transaction.

Doing it again changes nothing. A call's end is announced in the very transaction that first says it ended.
Columns that others fill (notice, opening for use) are not touched.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from core.facts import CallEnded, CallFlagged
from core.ids import AccountId, CallId
from storage.alarms import raise_alarm
from storage.call_orders import conclude_order
from storage.seats import who_sat_through
from storage.unit_of_work import UnitOfWork
from telephony.call.call import Call
from telephony.call.guest_stretches import GuestStretch
from telephony.call.parties import Part, Party
from telephony.call.refer_told import ReferTold
from telephony.journal.journal_entry import JournalEntry, LineDamaged, kind_of, read_body, write_body
from telephony.journal.outside_writing import write_outside
from telephony.journal.projection import HelpAsked, Mark, Projection, project

CHANNEL = "tsuwaroku_calls"
_REFERS = UUID("7f1f4f0e-6f0b-5c38-9a3e-41b7d1f3a2c9")

_ROWS = """jsonb_to_recordset(CAST(:rows AS jsonb))
    AS r(call_id text, seq integer, at timestamptz, kind text, body jsonb, refused boolean)"""

# A file outlives its copy by a day and is read again after a restart: what was destroyed stays forgotten.
_INSERT = text(f"""
    INSERT INTO call_journal (call_id, seq, at, kind, body, refused)
    SELECT call_id, seq, at, kind, body, refused FROM {_ROWS}
     WHERE NOT EXISTS (SELECT 1 FROM recordings gone WHERE gone.subject = call_id
                          AND gone.destroyed_at IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM calls WHERE calls.id = gone.subject))
    ON CONFLICT DO NOTHING RETURNING call_id
""")  # noqa: S608  no value stands in it

_CONFLICTS = text(f"""
    SELECT DISTINCT j.call_id FROM {_ROWS} JOIN call_journal j USING (call_id, seq)
    WHERE j.kind <> r.kind OR j.body <> r.body
""")  # noqa: S608  no value stands in it

_ENTRIES = text("SELECT seq, kind, body::text, refused FROM call_journal WHERE call_id = :call ORDER BY seq")

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:call, 0))")

_ENDED = text("SELECT ended_at IS NOT NULL FROM calls WHERE id = :call")

# A call that the dialplan served alone may be known better already, from what the dialplan noted.
_UPSERT = text("""
    INSERT INTO calls (id, line, department, agency, regime, practice, caller_class, caller_sealed,
                       caller_hash, served_by, phase, arrived_at, answered_at, connected_at, ended_at,
                       operator_phone, operator_id, outcome, interrupted, ringing_phones,
                       aside, consult_result, sound_now)
    VALUES (:id, :line, :department, :agency, :regime, :practice, :caller_class, :caller_sealed,
            :caller_hash, :served_by, :phase, :arrived_at, :answered_at, :connected_at, :ended_at,
            :operator_phone, :operator_id, :outcome, :interrupted, :ringing_phones,
            :aside, :consult_result, :sound_now)
    ON CONFLICT (id) DO UPDATE SET
        line = excluded.line, department = excluded.department, agency = excluded.agency,
        regime = excluded.regime, practice = excluded.practice, caller_class = excluded.caller_class,
        caller_sealed = coalesce(calls.caller_sealed, excluded.caller_sealed),
        caller_hash = coalesce(calls.caller_hash, excluded.caller_hash),
        served_by = excluded.served_by, arrived_at = excluded.arrived_at,
        phase = CASE WHEN calls.ended_at IS NULL THEN excluded.phase ELSE calls.phase END,
        answered_at = coalesce(excluded.answered_at, calls.answered_at),
        connected_at = coalesce(excluded.connected_at, calls.connected_at),
        ended_at = coalesce(calls.ended_at, excluded.ended_at),
        operator_phone = coalesce(excluded.operator_phone, calls.operator_phone),
        operator_id = CASE WHEN calls.operator_phone = excluded.operator_phone
                           THEN coalesce(calls.operator_id, excluded.operator_id)
                           ELSE coalesce(excluded.operator_id, calls.operator_id) END,
        outcome = coalesce(nullif(excluded.outcome, 'unknown'), calls.outcome, excluded.outcome),
        interrupted = calls.interrupted OR excluded.interrupted,
        ringing_phones = CASE WHEN calls.ended_at IS NULL THEN excluded.ringing_phones ELSE '{}' END,
        aside = CASE WHEN calls.ended_at IS NULL THEN excluded.aside END,
        consult_result = excluded.consult_result,
        sound_now = CASE WHEN calls.ended_at IS NULL THEN excluded.sound_now END
""")

_MARK = text("""
    INSERT INTO call_marks (id, call_id, at, source) VALUES (:id, :call, :at, 'phone') ON CONFLICT DO NOTHING
""")

_HELP = text("""
    INSERT INTO help_requests (id, call_id, source, phone, asked_at, asked_by)
    VALUES (:id, :call, 'phone', :phone, :at, :by) ON CONFLICT DO NOTHING
""")

_PARTY = text("""
    INSERT INTO call_parties (call_id, leg, joined_at, left_at, part, phone, account_id)
    VALUES (:call, :leg, :joined_at, :left_at, :part, :phone, :account)
    ON CONFLICT (call_id, leg, joined_at) DO UPDATE SET left_at = excluded.left_at
     WHERE call_parties.left_at IS DISTINCT FROM excluded.left_at
""")

_STRETCH = text("""
    INSERT INTO call_stretches (call_id, kind, began_at, ended_at) VALUES (:call, :kind, :began_at, :ended_at)
    ON CONFLICT (call_id, kind, began_at) DO UPDATE SET ended_at = excluded.ended_at
     WHERE call_stretches.ended_at IS DISTINCT FROM excluded.ended_at
""")

_GUEST = text("""
    INSERT INTO call_guests (call_id, leg, mode, since, until, phone, account_id, shown)
    VALUES (:call, :leg, :mode, :since, :until, :phone, :account, :shown)
    ON CONFLICT (call_id, leg, since) DO UPDATE SET until = excluded.until
     WHERE call_guests.until IS DISTINCT FROM excluded.until
""")

# A wish of the phone itself: an order of whoever sits there. Where nobody does, nobody is told.
_REFER = text("""
    INSERT INTO call_orders (id, call_id, kind, body, at, by, done_at, result)
    SELECT :id, :call, 'transfer', '{"step": "phone"}', :at, :by, :at, :result
     WHERE CAST(:by AS uuid) IS NOT NULL ON CONFLICT DO NOTHING
""")

_ALARM_KNOWN = text("SELECT EXISTS (SELECT 1 FROM alarms WHERE code = :code AND call_id = :call)")

_NOTIFY = text("SELECT pg_notify(:channel, :call)")


def write_entries(work: UnitOfWork, entries: Sequence[JournalEntry]) -> int:
    """Write entries and whatever follows from those that are new.

    Args:
        work: the transaction; nothing of this is true before it commits
        entries: of any calls, in any order

    Returns:
        number of entries that were not known yet
    """
    rows = {"rows": "[" + ",".join(_row(one) for one in entries) + "]"}
    connection = work.connection
    # Always in the same order, so that two copies never wait for each other.
    for call in sorted({one.call for one in entries}):
        connection.execute(_LOCK, {"call": call})
    new: Sequence[str] = connection.execute(_INSERT, rows).scalars().all()
    if len(new) < len(entries):
        for call in connection.execute(_CONFLICTS, rows).scalars():
            _raise_once(connection, CallId(call), "journal-conflict")
    for call in sorted(set(new)):
        _follow(work, CallId(call))
    return len(new)


def _row(entry: JournalEntry) -> str:
    front = json.dumps(
        {
            "call_id": entry.call,
            "seq": entry.seq,
            "at": entry.event.at.isoformat(),
            "kind": kind_of(entry.event),
            "refused": entry.refused,
        }
    )
    return f'{front[:-1]},"body":{write_body(entry.event)}}}'


def _follow(work: UnitOfWork, call: CallId) -> None:
    connection = work.connection
    told = project(call, journal_of(connection, call))
    if told.row is not None:
        ended_before = connection.execute(_ENDED, {"call": call}).scalar()
        connection.execute(_UPSERT, {**told.row, "operator_id": _operator(connection, told)})
        write_keys(work, call, told.marks, told.help_asked)
        for party in told.parties:
            connection.execute(_PARTY, _party_row(connection, told, party))
        for guest in told.guests:
            connection.execute(_GUEST, _guest_row(connection, told.call, guest))
        write_outside(connection, told.call)
        for stretch in told.stretches:
            moments = {"began_at": stretch.began_at, "ended_at": stretch.ended_at}
            connection.execute(_STRETCH, {"call": call, "kind": stretch.kind.value} | moments)
        for refer in told.refers:
            connection.execute(_REFER, _refer_row(connection, call, refer))
        for order in told.orders:
            conclude_order(connection, UUID(order.order), order.result, order.at)
        if told.call.ended_at is not None and not ended_before:
            work.announce(CallEnded(call=call))
    for code in told.alarms:
        _raise_once(connection, call, code)
    connection.execute(_NOTIFY, {"channel": CHANNEL, "call": call})


def journal_of(connection: Connection, call: CallId) -> list[JournalEntry]:
    """Read a call's entries in order; what we cannot read (a later version wrote it) is left out."""
    entries = list[JournalEntry]()
    for seq, kind, body, refused in connection.execute(_ENTRIES, {"call": call}):
        try:
            event = read_body(kind, body)
        except LineDamaged:
            continue
        entries.append(JournalEntry(call=call, seq=seq, event=event, refused=refused))
    return entries


def _operator(connection: Connection, told: Projection) -> AccountId | None:
    """Say whose own call it is: who sat at the phone that took it (last) since before it was offered there.

    Whoever sits down at a phone that already rings may be taking a colleague's call, and with it the right to
    hear it; it is then nobody's own, and supervisors decide.
    """
    operators = [one for one in told.parties if one.part is Part.OPERATOR]
    # Somebody who was on hold with the caller in between came in when they came first.
    first = next((one for one in operators if one.leg == operators[-1].leg), None)
    if first is None or first.phone is None:
        return None
    return who_sat_through(connection, first.phone, _offered_at(told, first), first.joined_at)


def _offered_at(told: Projection, party: Party) -> datetime:
    """Say since when somebody must have sat there: before it rang; a phone of the line, since the arrival.

    A helper may pass a colleague's call on to any phone of the hall, also to one where nobody sits: the call
    goes on. Who sits down there when it rings already gains no right to hear it by that.
    """
    arrival = told.call.arrival
    if arrival is not None and party.phone in arrival.plan.phones:
        return arrival.at
    return min(party.joined_at, told.offered.get(party.leg, party.joined_at))


def _party_row(connection: Connection, told: Projection, party: Party) -> dict[str, object]:
    """Say who it was, as far as anybody knows: whoever sat at that phone when it was offered the call."""
    call, since = told.call, _offered_at(told, party)
    phone = party.phone
    return {
        "call": call.id,
        "leg": party.leg,
        "joined_at": party.joined_at,
        "left_at": party.left_at,
        "part": party.part.value,
        "phone": phone,
        "account": None if phone is None else who_sat_through(connection, phone, since, party.joined_at),
    }


def write_keys(work: UnitOfWork, call: CallId, marks: Sequence[Mark], asked: Sequence[HelpAsked]) -> None:
    """Write marks and requests for help that were pressed on a telephone; what is known already stays one."""
    connection = work.connection
    new = [connection.execute(_MARK, {"id": one.id, "call": call, "at": one.at}).rowcount for one in marks]
    if any(new):
        work.announce(CallFlagged(call=call))
    for one in asked:
        by = who_sat_through(connection, one.phone, one.at, one.at)
        connection.execute(_HELP, {"id": one.id, "call": call, "phone": one.phone, "at": one.at, "by": by})


def _raise_once(connection: Connection, call: CallId, code: str) -> None:
    """Raise an alarm about a call, once for all: the journal is read anew after it was acknowledged."""
    if not connection.execute(_ALARM_KNOWN, {"code": code, "call": call}).scalar():
        raise_alarm(connection, code, call=call)


def _refer_row(connection: Connection, call: CallId, told: ReferTold) -> dict[str, object]:
    return {
        "id": uuid5(_REFERS, f"{call} {told.phone} {told.at.isoformat()}"),
        "call": call,
        "at": told.at,
        "by": who_sat_through(connection, told.phone, told.at, told.at),
        "result": told.result,
    }


def _guest_row(connection: Connection, call: Call, guest: GuestStretch) -> dict[str, object]:
    return {
        "call": call.id,
        "leg": guest.leg,
        "mode": guest.mode.value,
        "since": guest.since,
        "until": guest.until,
        "phone": guest.phone,
        "account": who_sat_through(connection, guest.phone, guest.since, guest.since),
        "shown": call.plan.tell_operator,
    }
