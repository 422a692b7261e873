"""A vault in which every recording sounds the same: two seconds of nothing, sealed or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from core.ids import GrantId, RecordingId
from storage.vault import OpenedRecording
from tests.fakes.voices import silence
from tests.fakes.whole_sound import both_sides, write_flac

SOUND = write_flac(both_sides(silence(1.0), silence(1.0)))
UNTIL = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)


class SameMasters:
    """Opens any recording, for the programs that write down what was said."""

    def open_for_process(
        self, actor_kind: Literal["transcription"], recording: RecordingId
    ) -> OpenedRecording:
        """Give the same sound, whatever is asked for."""
        assert actor_kind == "transcription"
        return OpenedRecording(
            grant=GrantId(uuid4()),
            recording=recording,
            size=len(SOUND),
            media_type="audio/flac",
            until=UNTIL,
            read=lambda start, length: SOUND[start : start + length],
        )
