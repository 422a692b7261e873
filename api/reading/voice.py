"""What people read of the voices of a recording: a drawing on the waveform's scale, and the same in words.

Hints where to listen, never a verdict. Of the operator nothing is told but when somebody of the hall spoke.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from core.ids import RecordingId
from transcription.utterance import Span
from transcription.voice.measures import VoiceMeasures
from transcription.voice.rows import measures_of

HEIGHT = 40
"""Of the drawing, in its own units; its width is the recording's seconds."""

_QUIETEST, _LOUDEST = -50.0, -5.0  # dBFS from the bottom of the drawing to its top


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSeen:
    """The measures of a recording and their drawing."""

    measures: VoiceMeasures
    course: str
    """The caller's level as an SVG path, in seconds and parts of ``HEIGHT``."""
    loud: tuple[Span, ...]
    """At their true height above the rest."""

    @property
    def nothing_found(self) -> bool:
        """Say whether there is no place to point at."""
        found = self.measures
        return not (found.loudness.loud or found.interruptions or found.silences or found.talk_over)


def voice_seen(connection: Connection, recording: RecordingId) -> VoiceSeen | None:
    """Read the measures, if the connection's actor may see the recording and it was measured."""
    measures = measures_of(connection, recording)
    if measures is None:
        return None
    return VoiceSeen(
        measures=measures,
        course=_path(measures.loudness.course),
        loud=tuple(stretch.span for stretch in measures.loudness.loud),
    )


def _path(course: tuple[float | None, ...]) -> str:
    steps: list[str] = []
    pen_down = False
    for second, level in enumerate(course):
        if level is None:
            pen_down = False
            continue
        share = min(1.0, max(0.0, (level - _QUIETEST) / (_LOUDEST - _QUIETEST)))
        height = round(HEIGHT * (1 - share), 1)
        # One value stands for its second: a step that is drawn even where the seconds beside it are empty.
        steps.append(f"{'L' if pen_down else 'M'}{second} {height}H{second + 1}")
        pen_down = True
    return "".join(steps)
