"""速報の文字起こし: who may read the words of a call while it goes on: the machine's guess.

Words are made only of calls that are recorded and told so; where a recording or its text waits for a flag,
the live text waits for it too. They are gone with the call.
"""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part
from core.profile.recording import RecordingMode, Transcribe


class LiveText(Part):
    """Who may read along. The operator in the call does not, unless the city wants it."""

    supervisors: bool = Field(
        default=True, strict=True, description="supervisors of the department", examples=["true"]
    )
    note_takers: bool = Field(
        default=True, strict=True, description="colleagues who write notes beside the call", examples=["true"]
    )
    operator: bool = Field(
        default=False, strict=True, description="whoever talks with the caller", examples=["false"]
    )
    always: bool = Field(
        default=False,
        strict=True,
        description="make the words also while nobody reads them; costs the machine time",
        examples=["false"],
    )

    @property
    def anybody(self) -> bool:
        """Whether anybody at all may read along."""
        return self.supervisors or self.note_takers or self.operator


def words_wait_for_a_flag(recording: RecordingMode, transcribe: Transcribe) -> bool:
    """Say whether a line's calls become text only once they are flagged (記録・フラグ)."""
    return recording is RecordingMode.BUFFER or transcribe is Transcribe.FLAGGED
