"""Folds a call's journal into what the database says of the call: its row, its marks, its alarms. Pure.

Everything here follows from the events alone, so it can be made again at any time and comes out the same.
What was refused, or no longer fits because an entry was lost, is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from core.ids import CallId, LegId, PhoneId
from telephony.call import commands as do
from telephony.call.call import Call, LegState, Phase, offered
from telephony.call.guest import Mode
from telephony.call.guest_stretches import GuestStretch, follow_guests
from telephony.call.machine import UnexpectedEvent, advance
from telephony.call.parties import Party, follow
from telephony.call.recording_on_call import sound_now
from telephony.call.refer_told import ReferTold, told_of
from telephony.call.stretches import Stretch, aside_of, follow_stretches
from telephony.journal.journal_entry import JournalEntry
from telephony.journal.journal_terms import in_force

_MARKS = UUID("0d3c1b52-98a7-5d0e-8f43-6f0b6f6a2a17")
_HELP = UUID("5d0f6d3a-5a5f-5c7e-9a64-0c0b8c2f7f31")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark that the operator placed; ``id`` follows from call and moment."""

    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked:
    """Help was asked for at a phone; ``id`` follows from call and moment."""

    id: UUID
    phone: PhoneId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What a journal says of its call."""

    call: Call
    marks: tuple[Mark, ...]
    help_asked: tuple[HelpAsked, ...]
    orders: tuple[do.ConcludeOrder, ...]
    refers: tuple[ReferTold, ...]
    parties: tuple[Party, ...]
    guests: tuple[GuestStretch, ...]
    stretches: tuple[Stretch, ...]
    alarms: tuple[str, ...]
    offered: Mapping[LegId, datetime]
    """Since when each phone's leg was there, ringing first: who sits down later took somebody's place."""
    misfits: int
    """Accepted entries that no longer fit: others before them are missing (yet)."""

    @property
    def row(self) -> Mapping[str, object] | None:
        """The call's columns, without those that others fill; None while the caller's arrival is unknown."""
        call, arrival = self.call, self.call.arrival
        if arrival is None:
            return None
        return {
            "id": call.id,
            "line": arrival.plan.line,
            "department": arrival.plan.department,
            "agency": arrival.plan.agency,
            "regime": arrival.plan.regime,
            "practice": arrival.plan.practice,
            "caller_class": arrival.caller.kind.value,
            "caller_sealed": arrival.caller.sealed,
            "caller_hash": arrival.caller.hash,
            "served_by": call.served_by.value,
            "phase": call.phase.value,
            "arrived_at": arrival.at,
            "answered_at": call.answered_at,
            "connected_at": call.connected_at,
            "ended_at": call.ended_at,
            "operator_phone": call.operator_phone,
            "outcome": call.outcome.value if call.ended_at and call.outcome else None,
            "interrupted": call.interrupted,
            "ringing_phones": _ringing(call),
            "aside": aside_of(call),
            "consult_result": call.consult_result,
            "sound_now": sound_now(call),
        }


def mark_of(call: CallId, at: datetime) -> Mark:
    """Name a mark by its call and moment: whoever hears the press gives it the same name."""
    return Mark(id=uuid5(_MARKS, f"{call} {at.isoformat()}"), at=at)


def help_of(call: CallId, phone: PhoneId, at: datetime) -> HelpAsked:
    """Name a request for help by its call and moment."""
    return HelpAsked(id=uuid5(_HELP, f"{call} {at.isoformat()}"), phone=phone, at=at)


def _ringing(call: Call) -> list[str]:
    """Say which phones ring for a call, or to take it over: whoever sits there may see who calls."""
    coming: list[str] = [one.phone for one in call.guests if one.wish is Mode.TAKE_OVER and not one.up]
    if call.phase is not Phase.CONNECTING and call.consult is None:
        return coming
    return [*(one.phone for one in call.operators if one.state is LegState.RINGING), *coming]


def project(call: CallId, entries: Sequence[JournalEntry]) -> Projection:
    """Fold the entries of one call, given in order of their numbers."""
    state, marks, alarms, misfits = offered(call), list[Mark](), dict[str, None](), 0
    help_asked, orders, refers = list[HelpAsked](), list[do.ConcludeOrder](), list[ReferTold]()
    parties, stretches = tuple[Party, ...](), tuple[Stretch, ...]()
    guests, offered_at = tuple[GuestStretch, ...](), dict[LegId, datetime]()
    for entry in in_force(entries):
        if entry.refused:
            continue
        before = state
        try:
            state, commands = advance(before, entry.event)
        except UnexpectedEvent:
            misfits += 1
            continue
        for one in (*state.operators, *state.guests):
            offered_at.setdefault(one.leg, entry.event.at)
        parties = follow(parties, state, entry.event.at)
        guests = follow_guests(guests, state, entry.event.at)
        stretches = follow_stretches(stretches, state, entry.event.at)
        answered = told_of(before, state, entry.event, commands)
        refers += [] if answered is None or answered.repeats(refers) else [answered]
        for command in commands:
            match command:
                case do.RecordMark(at=at):
                    marks.append(mark_of(call, at))
                case do.AskForHelp(phone=phone, at=at):
                    help_asked.append(help_of(call, phone, at))
                case do.ConcludeOrder():
                    orders.append(command)
                case do.RaiseAlarm(code=code):
                    alarms[code] = None
                case _:
                    pass
    return Projection(
        call=state,
        marks=tuple(marks),
        help_asked=tuple(help_asked),
        orders=tuple(orders),
        refers=tuple(refers),
        parties=parties,
        guests=guests,
        stretches=stretches,
        alarms=tuple(alarms),
        offered=offered_at,
        misfits=misfits,
    )
