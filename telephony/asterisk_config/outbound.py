"""Calls from desk phones: help always, untouched and unrecorded; others as the profile says per department.

All of it is the dialplan's, so it works with every process of ours dead. Where such calls are recorded, the
recording runs on the channel to the carrier, so that r is always the citizen, and begins when the citizen
answers, with the announcement. Departments that are not recorded leave no trace at all.
"""

from __future__ import annotations

from core.profile.model import CityProfile, Department, Phone, outbound_line
from core.profile.recording import Outbound, RecordingMode
from telephony.asterisk_config.call_record import BEGIN_STEPS
from telephony.asterisk_config.features import MARK_OUTBOUND_FEATURE
from telephony.asterisk_config.inner_calls import colleagues
from telephony.asterisk_config.plan import PbxPlan, facts_name, trunk_name
from telephony.asterisk_config.steps import MOMENT, announce, priorities, record

_NATIONAL = ("_0XXXXXXXXX", "_0XXXXXXXXXX")
"""Ten and eleven digits: every number in Japan from its area code on."""

_RING_SECONDS = 120
_FIELDS = (
    ("v", "1"),
    ("line", "${TSUWAROKU_LINE}"),
    ("recorded_from", "${TSUWAROKU_RECORDED_FROM}"),
    ("answered", "${TSUWAROKU_ANSWERED}"),
    ("notice", "${TSUWAROKU_NOTICE}"),
    ("notice_from", "${TSUWAROKU_NOTICE_FROM}"),
    ("notice_until", "${TSUWAROKU_NOTICE_UNTIL}"),
    ("dial", "NOANSWER"),
    ("phone", "${TSUWAROKU_PHONE}-"),
    ("rung_from", "${TSUWAROKU_RUNG_FROM}"),
    ("connected", "${TSUWAROKU_CONNECTED}"),
    ("marks", "${TSUWAROKU_MARKS}"),
    ("ended", "${TSUWAROKU_ENDED}"),
    ("presentation", "allowed"),
    # Typed on a phone of the hall: digits, by the pattern that let it through.
    ("number", "${TSUWAROKU_DIALLED}"),
)


_NOTE_MARK = "[note-mark-outbound]\n" + priorities(
    "s", f"Set(TSUWAROKU_MARKS=${{TSUWAROKU_MARKS}}{MOMENT}+)", "Return()"
)
"""Runs on the channel to the carrier, whose call it is."""


def phone_context(profile: CityProfile, phone: Phone) -> str:
    """Name where the calls of a desk phone begin."""
    owner = profile.department(phone.department)
    return "from-phones" if owner.outbound is None else f"from-phones-{owner.id}"


def calls_for_help(profile: CityProfile) -> str:
    """Emergency numbers leave untouched, each gateway tried in turn. An exact number goes before patterns."""
    gateways = _gateways(profile)
    return "".join(
        priorities(number, *(f"Dial(PJSIP/{number}@{gateway})" for gateway in gateways), "Hangup()")
        for number in profile.emergency_numbers
        if gateways
    )


def render_outbound(profile: CityProfile, plan: PbxPlan) -> str:
    """Return the sections for calls that go out."""
    out = [(one, one.outbound) for one in profile.departments if one.outbound is not None]
    recorded = [(one, rule) for one, rule in out if rule.recording is not RecordingMode.NEVER]
    parts = [_entrance(profile, department, rule) for department, rule in out]
    if recorded:
        parts += [_begin(plan), "[outbound-answered]\n" + priorities("s", "Goto(${TSUWAROKU_LINE},1)")]
        parts += [_answered(department, rule, plan) for department, rule in recorded]
        parts += [_facts(plan), _NOTE_MARK]
    return "\n".join(parts)


def _gateways(profile: CityProfile) -> list[str]:
    return [trunk_name(trunk.id) for trunk in profile.trunks if trunk.contact is not None]


def _entrance(profile: CityProfile, department: Department, rule: Outbound) -> str:
    own = [f"Set(CALLERID(num)={rule.number})", "Set(CALLERID(name)=)"]
    options = ""
    if rule.recording is not RecordingMode.NEVER:
        own += [
            f"Set(__TSUWAROKU_LINE={outbound_line(department.id)})",
            "Set(__TSUWAROKU_DIALLED=${EXTEN})",
            "Set(__TSUWAROKU_PHONE=${CHANNEL(endpoint)})",
            f"Set(__DYNAMIC_FEATURES={MARK_OUTBOUND_FEATURE})",
        ]
        options = ",b(outbound-begins^s^1)U(outbound-answered)"
    dial = [f"Dial(PJSIP/${{EXTEN}}@{one},{_RING_SECONDS}{options})" for one in _gateways(profile)]
    text = f"[from-phones-{department.id}]\n{calls_for_help(profile)}{colleagues(profile)}"
    for pattern in _NATIONAL:
        text += priorities(pattern, *own, *dial, "Hangup(${HANGUPCAUSE})")
    return text + priorities("_[0-9+*#a-zA-Z]", "Hangup(1)") + priorities("_[0-9+*#a-zA-Z].", "Hangup(1)")


def _begin(plan: PbxPlan) -> str:
    """Runs on the channel to the carrier before it is dialled: the call's row will come of these facts."""
    del plan
    return "[outbound-begins]\n" + priorities(
        "s",
        *BEGIN_STEPS,
        f"Set(TSUWAROKU_RUNG_FROM={MOMENT})",
        "Set(TSUWAROKU_CALL=${UNIQUEID})",
        "Gosub(note-outbound,s,1)",
        "Set(CHANNEL(hangup_handler_push)=note-outbound,end,1)",
        "Return()",
    )


def _answered(department: Department, rule: Outbound, plan: PbxPlan) -> str:
    """Runs on the channel to the carrier when the citizen answered, before both are connected."""
    line = outbound_line(department.id)
    return priorities(
        line,
        f"Set(TSUWAROKU_ANSWERED={MOMENT})",
        "Set(TSUWAROKU_RECORDED_FROM=${TSUWAROKU_ANSWERED})",
        record(line, plan),
        *announce(plan.prompt(rule.announcement)),
        'GotoIf($["${PLAYBACKSTATUS}" = "SUCCESS"]?told)',
        *announce(plan.prompt(rule.announcement)),
        f"(told),Set(TSUWAROKU_CONNECTED={MOMENT})",
        "Return()",
    )


def _facts(plan: PbxPlan) -> str:
    told = "&".join(f"{name}={source}" for name, source in _FIELDS)
    file = plan.recordings / f"{facts_name('${TSUWAROKU_LINE}', '${UNIQUEID}')}.wav"
    return "[note-outbound]\n" + (
        priorities("s", f"Set(FILE({file},,,d)={told})", "Return()")
        + priorities("end", f"Set(TSUWAROKU_ENDED={MOMENT})", "Goto(s,1)")
    )
