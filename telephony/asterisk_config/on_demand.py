"""Recording on request in a call that the dialplan serves alone: nothing, unless the line ``records_alone``.

The mode promises no more. The key leaves a mark, and the operator's own phone says that nothing is recorded:
whoever is left believing that it records finds out when it is too late. Where the line ``records_alone``, the
key starts the recording once and tells both. The announcement sounds while the recording already runs: only
the recording proves that it was played. What the caller said before its end is silenced when it is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.profile.model import Line
from core.profile.recording import RecordingMode
from telephony.asterisk_config.features import MARK_FEATURE, MARK_UNRECORDED_FEATURE, RECORD_FEATURE
from telephony.asterisk_config.plan import PbxPlan
from telephony.asterisk_config.steps import MOMENT, NOTE_MARK, announce, priorities, record

CONTEXT = "record-on-demand"

NOT_RECORDED_HERTZ = 400
"""What the operator hears: low, and the pitch of the busy tone in Japan, which everybody knows as a no."""

_NOT_RECORDED = f"!{NOT_RECORDED_HERTZ}/250,!0/150,!{NOT_RECORDED_HERTZ}/250"
"""Twice for a quarter of a second, and over: meanwhile the operator does not hear the caller."""


def is_on_demand(line: Line) -> bool:
    """Say whether a line is recorded on request only."""
    return line.recording is RecordingMode.ON_DEMAND


def key_feature(line: Line) -> str:
    """Name what the flag key does in a call of a line that the dialplan serves alone."""
    if not is_on_demand(line):
        return MARK_FEATURE
    return RECORD_FEATURE if line.records_alone else MARK_UNRECORDED_FEATURE


def render_on_demand(lines: Iterable[Line], plan: PbxPlan) -> str:
    """Return the sections that run when the operator presses the key."""
    begin = priorities(
        "s",
        f"Set(TSUWAROKU_MARKS=${{TSUWAROKU_MARKS}}{MOMENT}+)",
        'GotoIf($["${TSUWAROKU_MIXMONITOR}" != ""]?done)',
        "Goto(${TSUWAROKU_LINE},1)",
        "(done),Return()",
    )
    recording = [line for line in lines if key_feature(line) == RECORD_FEATURE]
    return "\n".join((_mark_alone(), f"[{CONTEXT}]", begin, *(_begin(one, plan) for one in recording)))


def _mark_alone() -> str:
    """Runs on the operator's channel. A recording that we began before we gave the call back needs no tone.

    The tone is not played but left to sound: nobody waits for its end, and the caller hears the operator all
    the while and nothing of it.
    """
    running = (
        '"${MASTER_CHANNEL(TSUWAROKU_MIXMONITOR)}" != "" & "${MASTER_CHANNEL(TSUWAROKU_STOP_ASKED)}" = ""'
    )
    return "[note-mark-unrecorded]\n" + priorities(
        "s",
        NOTE_MARK,
        f"GotoIf($[{running}]?done)",
        f"Playtones({_NOT_RECORDED})",
        "(done),Return()",
    )


def _begin(line: Line, plan: PbxPlan) -> str:
    return priorities(
        line.id,
        f"Set(TSUWAROKU_RECORDED_FROM={MOMENT})",
        record(line.id, plan),
        *announce(plan.prompt(line.announcement)),
        'GotoIf($["${PLAYBACKSTATUS}" = "SUCCESS"]?done)',
        *announce(plan.prompt(line.announcement)),
        "(done),Return()",
    )
