"""When an alert may be placed, how long it holds, and who is told. Pure; the default is that it may not.

Sources: a supervisor alone warns for the day, a lasting measure is judged by several (品川区 対応要領 第6章:
判断は複数の職員で行う); telling another 実施機関 is a provision and needs a ground
(個人情報の保護に関する法律 第69条). The city's words and grounds come from its profile.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.profile.alerts import Alerts
from core.words import folded
from incidents.alert import AlertKind, AlertTerms, AlertWanted, CallFacts, Provision, StandingFinding

JAPAN = ZoneInfo("Asia/Tokyo")
LONGEST_WHO, LONGEST_REASON = 60, 200
"""Characters."""
NUMBER = "number"


class AlertRefusal(StrEnum):
    """Why there is no such alert."""

    PRACTICE = "practice"
    NO_NUMBER = "no-number"
    GOING_OUT = "going-out"
    NO_INSTRUCTION = "no-instruction"
    NOBODY_TO_CALL = "nobody-to-call"
    JUDGING_WORD = "judging-word"
    NO_GROUND = "no-ground"
    NO_FINDING = "no-finding"
    NO_TIME = "no-time"


def end_of_day(now: datetime) -> datetime:
    """Return the next midnight in Japan, always after ``now``."""
    here = now.astimezone(JAPAN)
    return (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def judging_word(words: str, judging: Collection[str]) -> str | None:
    """Return the first word that judges a person, however it is written; None where there is none."""
    plain = folded(words)
    return next((one for one in judging if folded(one) and folded(one) in plain), None)


def refusal_of_call(call: CallFacts) -> AlertRefusal | None:
    """Say why no alert can hang on a call; None where one can.

    Withheld numbers, payphones and unavailable ones are classes, never one person. Practice is nobody's call.
    """
    if call.practice:
        return AlertRefusal.PRACTICE
    if call.caller_class != NUMBER:
        return AlertRefusal.NO_NUMBER
    return None if call.incoming else AlertRefusal.GOING_OUT


def judge_alert(
    call: CallFacts,
    wanted: AlertWanted,
    rules: Alerts,
    *,
    now: datetime,
    standing_finding: StandingFinding,
) -> AlertTerms | AlertRefusal:
    """Return the terms on which an alert is placed, or why it is not."""
    refused = refusal_of_call(call) or _refusal_of_words(wanted, rules)
    if refused is not None:
        return refused
    until = wanted.until
    kind = AlertKind.PROVISIONAL
    if wanted.finding is not None:
        if not standing_finding(wanted.finding):
            return AlertRefusal.NO_FINDING
        kind = AlertKind.STANDING
    latest = end_of_day(now) if kind is AlertKind.PROVISIONAL else now + timedelta(days=rules.longest_days)
    until = min(until, latest)
    if until <= now:
        return AlertRefusal.NO_TIME
    provisions = _provisions(call.agency, wanted.agencies, rules)
    if provisions is None:
        return AlertRefusal.NO_GROUND
    return AlertTerms(
        kind=kind,
        until=until,
        instructions=tuple(one.id for one in rules.instructions if one.id in wanted.instructions),
        who_to_call=wanted.who_to_call.strip(),
        provisions=provisions,
    )


def _refusal_of_words(wanted: AlertWanted, rules: Alerts) -> AlertRefusal | None:
    known = {one.id for one in rules.instructions}
    if not wanted.instructions or not known.issuperset(wanted.instructions):
        return AlertRefusal.NO_INSTRUCTION
    who = wanted.who_to_call.strip()
    if not who or len(who) > LONGEST_WHO or not who.isprintable():
        return AlertRefusal.NOBODY_TO_CALL
    return AlertRefusal.JUDGING_WORD if judging_word(who, rules.judging_words) else None


def _provisions(own: str, wanted: Collection[str], rules: Alerts) -> tuple[Provision, ...] | None:
    grounds = {one.to: one.basis for one in rules.grounds if one.agency == own}
    others = sorted(set(wanted) - {own})
    if any(one not in grounds for one in others):
        return None
    return tuple(Provision(agency=one, basis=grounds[one]) for one in others)
