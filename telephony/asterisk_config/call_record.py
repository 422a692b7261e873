"""What Asterisk itself writes down of a call: when it came and when it went, and nothing of who called.

The dialplan writes it when the call comes in and again when it is over, so a server that dies under the call
leaves the first half. The second half says that both tracks are closed: it is the recording's done marker,
and needs no command of MixMonitor (`steps.record` says why there is none). No number, no name, no telephone.
Only a line that asks for it has one: of a line whose calls are never recorded nothing is written.
"""

from __future__ import annotations

from core.ids import CallId, LineId
from telephony.asterisk_config.plan import PbxPlan, recording_name

BEGIN_STEPS = ("Gosub(note-call,s,1)", "Set(CHANNEL(hangup_handler_push)=note-call,end,1)")
"""The steps of a line that ask for a record. TSUWAROKU_LINE is set before them."""

CLOSED = "yes"
"""What the field ``closed`` says once Asterisk has closed the recording's files."""

_SUFFIX = "_record"

_FIELDS = (
    ("v", "1"),
    ("line", "${TSUWAROKU_LINE}"),
    ("of", "${CHANNEL(linkedid)}"),
    ("kind", "${CHANNEL(channeltype)}"),
    ("begun", "${TSUWAROKU_BEGUN}"),
    ("ended", "${TSUWAROKU_OVER}"),
    # Still "Up" in the hang-up handler of a call that was answered (measured on 22.10.1).
    ("state", "${CHANNEL(state)}"),
    ("offer", "${STASISSTATUS}"),
    ("alone", "${TSUWAROKU_ALONE_FROM}"),
    ("closed", "${TSUWAROKU_CLOSED}"),
)


def record_name(line: LineId | str, call: CallId | str) -> str:
    """Name the stored recording that is none: Asterisk's own record of one call.

    It lies beside the tracks as ``<name>.sln`` and holds one line of fields, so that ARI lists, reads and
    erases it from any machine, as it does with the facts (`plan.facts_name`).
    """
    return f"{recording_name(line, call)}{_SUFFIX}"


def is_record_name(name: str) -> bool:
    """Say whether a stored recording is no recording, but Asterisk's own record of a call."""
    return name.endswith(_SUFFIX)


def render_call_record(plan: PbxPlan) -> str:
    """Return the sections of extensions.conf that write the record."""
    told = "&".join(f"{name}={source}" for name, source in _FIELDS)
    file = plan.recordings / f"{record_name('${TSUWAROKU_LINE}', '${TSUWAROKU_CALL}')}.sln"
    handed_over = "GLOBAL(TSUWAROKU_RECORD_${TSUWAROKU_CALL})"
    moment = "${STRFTIME(,UTC,%s.%3q)}"
    return f"""[note-call]
exten => s,1,Set(TSUWAROKU_BEGUN={moment})
 same => n,Set(TSUWAROKU_CALL=${{UNIQUEID}})
 same => n(write),Set(TSUWAROKU_RECORD={told})
; Who was given back to the dialplan by ARI may write no file any more: a channel of its own does it.
 same => n,GotoIf($["${{TSUWAROKU_ALONE_FROM}}" != "" & "${{STASISSTATUS}}" != "TIMEOUT"]?hand-over)
 same => n,Set(FILE({file},,,d)=${{TSUWAROKU_RECORD}})
 same => n,Return()
 same => n(hand-over),Set({handed_over}=${{TSUWAROKU_RECORD}})
 same => n,Set(TSUWAROKU_WRITER=v(TSUWAROKU_LINE=${{TSUWAROKU_LINE}}^TSUWAROKU_CALL=${{UNIQUEID}}))
 same => n,Originate(Local/s@write-call/n,exten,write-call,gone,1,5,a${{TSUWAROKU_WRITER}})
 same => n,Return()
; StopMixMonitor returns when both files are closed and their headers written (app_mixmonitor.c).
; Without a name it stops what there is; of a call that was not recorded, nothing.
exten => end,1,StopMixMonitor()
 same => n,Set(TSUWAROKU_CLOSED={CLOSED})
 same => n,Set(TSUWAROKU_OVER={moment})
 same => n,Goto(s,write)

[write-call]
exten => s,1,Set(FILE({file},,,d)=${{{handed_over}}})
 same => n,Set({handed_over}=)
 same => n,Hangup()
exten => gone,1,Hangup()
"""
