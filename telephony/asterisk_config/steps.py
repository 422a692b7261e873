"""How extensions are written, and words that several parts of the dialplan share."""

from __future__ import annotations

from telephony.asterisk_config.plan import PbxPlan, recording_name

MOMENT = "${STRFTIME(,UTC,%s.%3q)}"
"""This moment in seconds since 1970, with milliseconds."""

NOTE_MARK = f"Set(MASTER_CHANNEL(TSUWAROKU_MARKS)=${{MASTER_CHANNEL(TSUWAROKU_MARKS)}}{MOMENT}+)"
"""On the operator's channel: add this moment to the marks of the call."""


def priorities(exten: str, *steps: str) -> str:
    """Write the steps of one extension; a step may open with its label in parentheses."""
    rules = [f"exten => {exten},1,{steps[0]}"]
    rules += [f" same => n{step}" if step.startswith("(") else f" same => n,{step}" for step in steps[1:]]
    return "\n".join(rules) + "\n"


def record(line: str, plan: PbxPlan) -> str:
    """Start the recording of this channel: r is what the citizen says, t what the citizen hears.

    Both files start and end together and outlive every process of ours. The name of the recording in Asterisk
    is left in TSUWAROKU_MIXMONITOR, so that it is started once and can be stopped by name. No command is run
    at its end: for it Asterisk would copy its whole process, at the priority of its sound (measured at 150
    calls: every hang-up tore the recordings of the others): the dialplan closes the files itself when the
    call ends, and says so in its record of the call (`call_record`).
    """
    base = plan.recordings / recording_name(line, "${UNIQUEID}")
    return f"MixMonitor(,r({base}_r.wav)t({base}_t.wav)i(TSUWAROKU_MIXMONITOR))"


def announce(sound: str) -> tuple[str, ...]:
    """Play words to this channel and note when, and whether it was done."""
    return (
        f"Set(TSUWAROKU_NOTICE_FROM={MOMENT})",
        f"Playback({sound})",
        f"Set(TSUWAROKU_NOTICE_UNTIL={MOMENT})",
        "Set(TSUWAROKU_NOTICE=${PLAYBACKSTATUS})",
    )
