"""Lines that are never recorded (相談窓口): the dialplan leads such a call from its first to its last moment.

No process of ours ever hears of it, so none can record, show, count or log it. The number is gone before
anything else happens; the phones ring without one. What is left is one number per line and day, without a
time, in Asterisk's own database; `telephony/asterisk/unrecorded_lines.py` takes it over when the day is over.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.profile.model import Line
from core.profile.recording import RecordingMode
from telephony.asterisk_config.plan import PbxPlan
from telephony.asterisk_config.steps import priorities

CONTEXT = "never-recorded"
FAMILY = "tsuwaroku-never"
"""Where Asterisk's database holds the counts: FAMILY/LINE/YYYYMMDD, days as people in Japan count them."""


def is_never_recorded(line: Line) -> bool:
    """Say whether nothing may be kept of a line's calls."""
    return line.recording is RecordingMode.NEVER


def render_never_lines(lines: Iterable[Line], plan: PbxPlan) -> str:
    """Return the section of extensions.conf that serves these lines."""
    return f"[{CONTEXT}]\n" + "\n".join(_serve(line, plan) for line in lines if is_never_recorded(line))


def _serve(line: Line, plan: PbxPlan) -> str:
    phones = "&".join(f"PJSIP/{phone}" for phone in line.phones)
    count = f"DB({FAMILY}/{line.id}/${{STRFTIME(,JST-9,%Y%m%d)}})"
    return priorities(
        line.id,
        "Set(CALLERID(all)=)",
        "Set(CALLERID(ANI-all)=)",
        "Set(CALLERID(num-pres)=prohib)",
        # Two calls in the same moment are two.
        f"Set(TSUWAROKU_LOCKED=${{LOCK({FAMILY})}})",
        f"Set({count}=$[0${{{count}}} + 1])",
        f"Set(TSUWAROKU_LOCKED=${{UNLOCK({FAMILY})}})",
        # Not answered by us: the caller hears their own exchange's ringing, and pays nothing before a person.
        f"Dial({phones},{line.ring_seconds})",
        'GotoIf($["${DIALSTATUS}" = "BUSY"]?busy)',
        "Progress()",
        f"Playback({plan.prompt(line.no_answer)},noanswer)",
        "Hangup()",
        "(busy),Progress()",
        f"Playback({plan.prompt(line.busy)},noanswer)",
        "Hangup()",
    )
