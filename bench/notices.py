"""How many calls whose announcement was played to its end are proven by the recording of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.ids import LineId
from telephony.asterisk_config.plan import recording_name
from telephony.call import events as on
from telephony.journal.journal_files import all_entries
from telephony.sound.audio_files import Samples, read_wav
from telephony.sound.notice_proof import prove_notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Calls that were announced to, the unproven among them, and the least correlation found."""

    announced: int
    unproven: int
    least_correlation: float | None


def weigh_notices(journal: Path, recordings: Path, line: LineId, prompt: Samples) -> Notices:
    """Weigh the track that each announced caller was sent, as the capture of a call does."""
    finished = {
        entry.call
        for entry in all_entries(journal)
        if isinstance(entry.event, on.AnnouncementEnded) and entry.event.played
    }
    found = [
        prove_notice(read_wav(track.read_bytes()).samples, prompt, playback_finished=True)
        for call in sorted(finished)
        for track in [recordings / f"{recording_name(line, call)}_t.wav"]
    ]
    return Notices(
        announced=len(found),
        unproven=sum(not one.proven for one in found),
        least_correlation=min((one.correlation for one in found), default=None),
    )
