"""Which legs of a call may be heard for live text, and when. Pure; default none.

Only while caller and operator talk with each other, on a call that is recorded and was told so: nothing while
the caller hears music, while a colleague is asked, or after the recording was refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.ids import LegId
from core.profile.live_text import words_wait_for_a_flag
from core.profile.model import Line
from core.profile.recording import RecordingMode
from telephony.call.call import Call, Phase
from telephony.call.recording_on_call import is_recorded

CALLER, HALL = "caller", "hall"
NOTHING: Mapping[str, LegId] = {}


def heard_legs(call: Call, line: Line | None, *, flagged: bool) -> Mapping[str, LegId]:
    """Say which leg is heard for which track; nothing where no word may be written down now.

    Args:
        call: as it stands
        line: as the profile has it now; None for one it does not know
        flagged: somebody flagged the call, on a phone or on a screen
    """
    if line is None or not line.live_text or line.recording is RecordingMode.NEVER:
        return NOTHING
    if call.arrival is None or call.plan.mode == RecordingMode.NEVER.value or not is_recorded(call):
        return NOTHING
    if words_wait_for_a_flag(line.recording, line.transcribe) and not (flagged or call.marks):
        return NOTHING
    told = call.announced_at or call.recording.told_at
    operator = call.operator
    apart = call.held_since or call.consult or call.transfer
    if call.phase is not Phase.TALKING or operator is None or apart is not None or told is None:
        return NOTHING
    return {CALLER: call.leg, HALL: operator.leg}
