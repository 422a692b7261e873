"""The dialplan: it records first, offers the call to us, and serves it alone when nobody takes it.

No fault of ours may cost a citizen the call, or the city the recording, so everything a call needs to be
answered, announced, recorded and connected is here. What a caller sends (number, display name) is data of a
stranger: it never enters a condition, a path, a command or an application's argument, and is stored encoded.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.profile.model import CityProfile, Line
from telephony.asterisk_config.call_record import BEGIN_STEPS, render_call_record
from telephony.asterisk_config.features import HELP_FEATURE
from telephony.asterisk_config.help_alone import helpers, render_help_alone
from telephony.asterisk_config.in_disaster import LOOK as LOOK_FOR_DISASTER
from telephony.asterisk_config.in_disaster import render_in_disaster, spoken
from telephony.asterisk_config.inner_calls import colleagues, render_inner_calls
from telephony.asterisk_config.live_text import render_live_text
from telephony.asterisk_config.never_lines import CONTEXT as NEVER_RECORDED
from telephony.asterisk_config.never_lines import is_never_recorded, render_never_lines
from telephony.asterisk_config.numbers import dialled_forms
from telephony.asterisk_config.on_demand import is_on_demand, key_feature, render_on_demand
from telephony.asterisk_config.outbound import calls_for_help, render_outbound
from telephony.asterisk_config.picking_up import MAY_BE_FETCHED, render_picking_up
from telephony.asterisk_config.plan import (
    CLAIM_MILLISECONDS,
    BadPbxPlan,
    PbxPlan,
    facts_name,
)
from telephony.asterisk_config.steps import MOMENT, NOTE_MARK, announce, priorities, record

_UNKNOWN_NUMBERS = ("_[0-9+*#a-zA-Z]", "_[0-9+*#a-zA-Z].")
_CONNECTED_ELSEWHERE = "GLOBAL(TSUWAROKU_CONNECTED_${{{}}})"
"""Where it stands when somebody answered whose channel knows nothing of the caller's."""
_UNALLOCATED = 1  # Q.850 cause 1, "404 Not Found" in SIP: the caller's own exchange speaks the explanation


def render_dialplan(profile: CityProfile, plan: PbxPlan) -> str:
    """Return extensions.conf. Raises BadPbxPlan when a line's number cannot be dialled or is given twice."""
    _refuse_bad_numbers(profile.lines)
    unknown = plan.prompt(profile.unknown_line) if profile.unknown_line else None
    led = [line for line in profile.lines if not is_never_recorded(line)]
    short = profile.in_disaster.short_announcement if profile.in_disaster else ""
    parts = [
        "[general]\nstatic=yes\nwriteprotect=yes\nclearglobalvars=yes\n",
        _entrance("from-trunk", [line for line in profile.lines if not line.practice], unknown),
        _entrance("from-practice", [line for line in profile.lines if line.practice], unknown),
        _entrance("from-phones", [], None) + calls_for_help(profile) + colleagues(profile),
        render_inner_calls(profile),
        render_outbound(profile, plan),
        render_never_lines(profile.lines, plan),
        "[lines]\n" + "\n".join(_line(line, plan) for line in led),
        "[serve-alone]\n"
        + "\n".join(_serve_alone(line, plan, short, helpers(profile, line)) for line in led),
        render_help_alone(profile, led, plan),
        render_on_demand(led, plan),
        render_in_disaster(),
        render_picking_up(plan),
        _operator_answered(),
        _note_mark(),
        render_live_text(),
        _note_facts(plan),
        render_call_record(plan),
    ]
    return "\n".join(parts)


def _refuse_bad_numbers(lines: Iterable[Line]) -> None:
    seen: set[str] = set()
    for line in lines:
        for number in line.numbers:
            forms = dialled_forms(number)
            if not forms:
                raise BadPbxPlan(f"回線「{line.id}」の番号が電話番号として読めません。")
            if seen.intersection(forms):
                raise BadPbxPlan(f"回線「{line.id}」の番号は、ほかの回線でも使われています。")
            seen.update(forms)


def _entrance(context: str, lines: Iterable[Line], unknown: str | None) -> str:
    """Where a kind of caller comes in: the numbers it may reach, and a clear end for every other one.

    The words for an unknown number are spoken before the call is answered, so they cost the caller nothing.
    """
    rules = [f"[{context}]"]
    for line in lines:
        for number in line.numbers:
            for form in dialled_forms(number):
                if is_never_recorded(line):
                    rules.append(f"exten => {form},1,Goto({NEVER_RECORDED},{line.id},1)")
                    continue
                rules += [
                    f"exten => {form},1,Set(TSUWAROKU_DIALLED={form})",
                    f" same => n,Goto(lines,{line.id},1)",
                ]
    for pattern in _UNKNOWN_NUMBERS:
        if unknown is None:
            rules.append(f"exten => {pattern},1,Hangup({_UNALLOCATED})")
        else:
            rules += [
                f"exten => {pattern},1,Progress()",
                f" same => n,Playback({unknown},noanswer)",
                f" same => n,Hangup({_UNALLOCATED})",
            ]
    return "\n".join(rules) + "\n"


def _line(line: Line, plan: PbxPlan) -> str:
    # Once, before anything else: it holds the announcement, and outlives every process of ours.
    recorded = () if is_on_demand(line) else (record(line.id, plan), f"Set(TSUWAROKU_RECORDED_FROM={MOMENT})")
    return priorities(
        line.id,
        *recorded,
        f"Set(TSUWAROKU_LINE={line.id})",
        *BEGIN_STEPS,
        LOOK_FOR_DISASTER,
        "Set(TSUWAROKU_PRESENTATION=${CALLERID(num-pres)})",
        # A number its owner withheld (184) is nobody's business here, not even a log's.
        'GotoIf($["${TSUWAROKU_PRESENTATION:0:6}" != "prohib"]?offer)',
        "Set(CALLERID(num)=)",
        f"(offer),StasisBroadcast({CLAIM_MILLISECONDS},^{plan.application_prefix},in:{line.id})",
        # Nobody claimed, or the claimer handed the call back without hanging up: the call goes on.
        f"Goto(serve-alone,{line.id},1)",
    )


def _serve_alone(line: Line, plan: PbxPlan, short: str, help_steps: tuple[str, ...]) -> str:
    """Announce (unless TSUWAROKU_ANNOUNCED is 1), ring every phone of the line at once, apologise."""
    phones = "&".join(f"PJSIP/{phone}" for phone in line.phones)
    words = announce(plan.prompt("${TSUWAROKU_SPOKEN}"))
    notice = (
        *spoken(line.announcement, short),
        'GotoIf($["${TSUWAROKU_SPOKEN}" = ""]?ring)',
        *words,
        'GotoIf($["${PLAYBACKSTATUS}" = "SUCCESS"]?ring)',
        *words,
    )
    asked = is_on_demand(line)
    recorded_from = () if asked else ("Set(TSUWAROKU_RECORDED_FROM=${TSUWAROKU_ANSWERED})",)
    return priorities(
        line.id,
        f"Set(TSUWAROKU_LINE={line.id})",
        f"Set(TSUWAROKU_ALONE_FROM={MOMENT})",
        # Written now in case Asterisk dies, and again, complete, at the end of the call.
        "Gosub(note-facts,s,1)",
        "Set(CHANNEL(hangup_handler_push)=note-facts,end,1)",
        'GotoIf($["${CHANNEL(state)}" = "Up"]?notice)',
        # Before the application, which waits for the caller's first sound, up to half a second. Nothing
        # sounds before the answer, so here, not where it was ordered, the recording has its first sample.
        f"Set(TSUWAROKU_ANSWERED={MOMENT})",
        *recorded_from,
        "Answer()",
        '(notice),GotoIf($["${TSUWAROKU_ANNOUNCED}" = "1"]?ring)',
        *(() if asked else notice),
        f"(ring),Set(__DYNAMIC_FEATURES={key_feature(line)}#{HELP_FEATURE})",
        "Set(__TSUWAROKU_CALLER=${UNIQUEID})",
        *help_steps,
        f"Set(TSUWAROKU_RUNG_FROM={MOMENT})",
        # r: the channel is answered, so the ring-back tone must be sent as sound.
        f"Dial({phones},{line.ring_seconds},r{MAY_BE_FETCHED}U(operator-answered))",
        'GotoIf($["${DIALSTATUS}" = "BUSY"]?busy)',
        f"Playback({plan.prompt(line.no_answer)})",
        "Hangup()",
        f"(busy),Playback({plan.prompt(line.busy)})",
        "Hangup()",
    )


def _note_facts(plan: PbxPlan) -> str:
    """Leave what the dialplan knows of the call beside its tracks, where ARI can read and erase it.

    The caller's words are URL-encoded and cut to 180 bytes each. An encoded value holds neither ``&`` nor
    ``=`` nor a comma, so nothing a caller sends can look like another field.
    """
    fields = (
        ("v", "1"),
        ("line", "${TSUWAROKU_LINE}"),
        ("dialled", "${URIENCODE(${TSUWAROKU_DIALLED})}"),
        ("recorded_from", "${TSUWAROKU_RECORDED_FROM}"),
        ("alone_from", "${TSUWAROKU_ALONE_FROM}"),
        ("answered", "${TSUWAROKU_ANSWERED}"),
        ("announced_before", "${TSUWAROKU_ANNOUNCED}"),
        ("notice", "${TSUWAROKU_NOTICE}"),
        ("notice_from", "${TSUWAROKU_NOTICE_FROM}"),
        ("notice_until", "${TSUWAROKU_NOTICE_UNTIL}"),
        ("dial", "${DIALSTATUS}"),
        ("phone", "${URIENCODE(${DIALEDPEERNAME})}"),
        ("rung_from", "${TSUWAROKU_RUNG_FROM}"),
        ("connected", "${TSUWAROKU_CONNECTED}"),
        ("talked_ms", "${TSUWAROKU_TALKED}"),
        ("marks", "${TSUWAROKU_MARKS}"),
        ("help", "${TSUWAROKU_HELP}"),
        ("ended", "${TSUWAROKU_ENDED}"),
        ("spoken", "${TSUWAROKU_SPOKEN}"),
        ("presentation", "${TSUWAROKU_PRESENTATION}"),
        ("number", "${URIENCODE(${CALLERID(num):0:180})}"),
        ("name", "${URIENCODE(${CALLERID(name):0:180})}"),
    )
    told = "&".join(f"{name}={source}" for name, source in fields)
    file = plan.recordings / f"{facts_name('${TSUWAROKU_LINE}', '${TSUWAROKU_FACTS_OF}')}.wav"
    handed_over = "GLOBAL(TSUWAROKU_FACTS_${TSUWAROKU_FACTS_OF})"
    note = priorities(
        "s",
        "Set(TSUWAROKU_FACTS_OF=${UNIQUEID})",
        f"Set(TSUWAROKU_FACTS={told})",
        'GotoIf($["${STASISSTATUS}" = "TIMEOUT"]?write)',
        # A channel that was under ARI's control may write no file any more ("dangerous function"), even in
        # the dialplan; so a channel of its own does it, which is gone after a millisecond.
        f"Set({handed_over}=${{TSUWAROKU_FACTS}})",
        "Set(TSUWAROKU_WRITER=v(TSUWAROKU_LINE=${TSUWAROKU_LINE}^TSUWAROKU_FACTS_OF=${UNIQUEID}))",
        "Originate(Local/s@write-facts/n,exten,write-facts,gone,1,5,a${TSUWAROKU_WRITER})",
        "Return()",
        f"(write),Set(FILE({file},,,d)=${{TSUWAROKU_FACTS}})",
        "Return()",
    )
    end = priorities(
        "end",
        f"Set(TSUWAROKU_ENDED={MOMENT})",
        'GotoIf($["${TSUWAROKU_CONNECTED}" != ""]?known)',
        f"Set(TSUWAROKU_CONNECTED=${{{_CONNECTED_ELSEWHERE.format('UNIQUEID')}}})",
        'GotoIf($["${TSUWAROKU_CONNECTED}" = ""]?s,1)',
        f"Set({_CONNECTED_ELSEWHERE.format('UNIQUEID')}=)",
        # Asterisk's own ANSWEREDTIME counts from our answer to the caller, not from the operator's.
        "(known),Set(TSUWAROKU_TALKED=$[(${TSUWAROKU_ENDED} - ${TSUWAROKU_CONNECTED}) * 1000])",
        "Goto(s,1)",
    )
    write = priorities("s", f"Set(FILE({file},,,d)=${{{handed_over}}})", f"Set({handed_over}=)", "Hangup()")
    return f"[note-facts]\n{note}{end}\n[write-facts]\n{write}{priorities('gone', 'Hangup()')}"


def _operator_answered() -> str:
    """Runs on the operator's channel when it is picked up, before both are connected.

    A phone that fetched the call (代理応答) is its own master until then.
    """
    return "[operator-answered]\n" + priorities(
        "s",
        'GotoIf($["${CHANNEL(linkedid)}" != "${TSUWAROKU_CALLER}"]?fetched)',
        f"Set(MASTER_CHANNEL(TSUWAROKU_CONNECTED)={MOMENT})",
        "Return()",
        f"(fetched),Set({_CONNECTED_ELSEWHERE.format('TSUWAROKU_CALLER')}={MOMENT})",
        "Return()",
    )


def _note_mark() -> str:
    """Runs on the operator's channel when the mark code was dialled in a call the dialplan serves alone."""
    return "[note-mark]\n" + priorities(
        "s",
        NOTE_MARK,
        "Return()",
    )
