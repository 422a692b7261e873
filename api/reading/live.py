"""The calls that go on as the wallboard shows them: sorted by need, with who is there and who comes.

Everything is read under the rights of who looks, in one transaction. Presses of help are never counted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from api.order_texts import order_name, result_text
from api.reading.calls import CallSeen
from api.reading.live_clocks import live_clocks
from api.reading.live_need import Weighed, weigh
from api.reading.outside import OutsideSeen, outside_of
from core.ids import AccountId, CallId
from core.profile.model import CityProfile
from storage.boards import found_about
from storage.disaster_switch import signals_are_off
from storage.ending_rule import EndingStep, Judgement, judge_ending
from storage.endings import EndingNote, steps_of
from storage.help_requests import HelpRequest, open_help
from storage.text_cards import TextCard, cards_of

_NOTERS = text("""
    SELECT n.call_id, a.display_name, max(n.at) AS at FROM call_notes n JOIN accounts a ON a.id = n.by
     WHERE n.call_id = ANY (:calls) GROUP BY n.call_id, a.display_name ORDER BY at
""")
_HELD = text("""
    SELECT call_id FROM call_stretches WHERE kind = 'hold' AND ended_at IS NULL AND call_id = ANY (:calls)
""")
_MEASURES = text("""
    SELECT call_id, measures FROM call_measures WHERE until IS NULL AND call_id = ANY (:calls) ORDER BY since
""")
_ORDERS = text("""
    SELECT DISTINCT ON (call_id) call_id, at, result,
           CASE WHEN kind = 'take-over' AND body->>'asked' = '1' THEN 'ask-over' ELSE kind END AS kind
      FROM call_orders
     WHERE by = :viewer AND call_id = ANY (:calls)
       AND kind IN ('listen', 'whisper', 'barge', 'take-over', 'leave', 'say')
     ORDER BY call_id, at DESC, id
""")
_GUESTS = text("""
    SELECT g.call_id, g.mode, g.phone, g.account_id, a.display_name
      FROM call_guests g LEFT JOIN accounts a ON a.id = g.account_id
     WHERE g.until IS NULL AND g.call_id = ANY (:calls) ORDER BY g.since, g.leg
""")
_TOGETHER = {"listen": "聴いています", "whisper": "担当者に助言しています", "barge": "三者で話しています"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A supervisor who is with an operator on a call."""

    account: AccountId | None
    name: str | None
    """None: nobody is signed in at that phone."""
    phone: str
    mode: str

    @property
    def words(self) -> str:
        """How, in words."""
        return _TOGETHER.get(self.mode, "通話に加わっています")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen:
    """What the person who looks ordered last of a call, and what became of it, in words."""

    kind: str
    at: datetime
    result: str | None

    @property
    def words(self) -> str:
        """Say it."""
        return f"{order_name(self.kind)}：{result_text(self.kind, self.result)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """One call that goes on, and all that stands beside it."""

    call: CallSeen
    weighed: Weighed
    help: HelpRequest | None
    noters: tuple[str, ...]
    measures: tuple[str, ...]
    on_hold: bool
    outside: OutsideSeen | None
    company: tuple[Companion, ...]
    last_order: OrderSeen | None
    cards: tuple[TextCard, ...]
    steps: tuple[EndingNote, ...]
    judgement: Judgement

    def with_it(self, phone: str | None) -> Companion | None:
        """Find who is on the call with a phone, among the supervisors."""
        return next((one for one in self.company if one.phone == phone), None)


def live_calls(
    connection: Connection, calls: list[CallSeen], *, viewer: AccountId, profile: CityProfile, now: datetime
) -> list[LiveCall]:
    """Put beside each call what is known of it now, and sort them by need."""
    ids = [one.id for one in calls]
    wanted = {"calls": list(ids)}
    helps, cards, steps = open_help(connection, ids), cards_of(connection, ids), steps_of(connection, ids)
    clocks, found_at = live_clocks(connection, ids), found_about(connection, ids)
    noters: defaultdict[str, list[str]] = defaultdict(list)
    for row in connection.execute(_NOTERS, wanted):
        noters[row.call_id].append(row.display_name)
    held = set(connection.execute(_HELD, wanted).scalars())
    measures = {row.call_id: tuple(row.measures) for row in connection.execute(_MEASURES, wanted)}
    orders = {
        row.call_id: OrderSeen(kind=row.kind, at=row.at, result=row.result)
        for row in connection.execute(_ORDERS, wanted | {"viewer": viewer})
    }
    company = _company(connection, ids)
    outside = outside_of(connection, ids, profile)
    # 災害時: people call long because they must. Help, and clocks that somebody started, still call people.
    quiet = signals_are_off(connection, now)
    long_after = None if quiet else timedelta(minutes=profile.wallboard.long_minutes)
    found: list[LiveCall] = []
    for one in calls:
        noted = steps.get(one.id, [])
        judgement = judge_ending(noted, profile.ending, found_at=found_at.get(one.id))
        asked = helps.get(one.id)
        found.append(
            LiveCall(
                call=one,
                weighed=weigh(
                    now=now,
                    began=one.arrived_at,
                    talking_since=one.connected_at,
                    help_since=asked.asked_at if asked and asked.waiting else None,
                    judgement_since=asked_at(noted) if judgement.asked else None,
                    answered_at=judgement.answered_at,
                    clocks=clocks.get(one.id, ()),
                    long_after=long_after,
                ),
                help=asked,
                noters=tuple(noters[one.id]),
                measures=measures.get(one.id, ()),
                on_hold=one.id in held,
                outside=outside.get(one.id),
                company=tuple(company[one.id]),
                last_order=orders.get(one.id),
                cards=tuple(cards.get(one.id, ())),
                steps=tuple(noted),
                judgement=judgement,
            )
        )
    return sorted(found, key=lambda one: (one.weighed.need, one.weighed.since, one.call.id))


def supervisors_on(connection: Connection, call: CallId) -> tuple[Companion, ...]:
    """Return the supervisors on a call now, as far as whoever looks may know of them (``tell_operator``)."""
    return tuple(_company(connection, [call])[call])


def asked_at(steps: list[EndingNote]) -> datetime | None:
    """Say when the judgement of an ending was last asked for."""
    return max((one.at for one in steps if one.step is EndingStep.ASKED), default=None)


def _company(connection: Connection, calls: list[CallId]) -> defaultdict[str, list[Companion]]:
    found: defaultdict[str, list[Companion]] = defaultdict(list)
    for row in connection.execute(_GUESTS, {"calls": list(calls)}):
        found[row.call_id].append(
            Companion(
                account=AccountId(row.account_id) if row.account_id else None,
                name=row.display_name,
                phone=row.phone,
                mode=row.mode,
            )
        )
    return found
