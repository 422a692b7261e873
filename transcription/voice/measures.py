"""What is measured of the voices of a call, with units and the version of the rules. Hints, never a verdict.

Levels and runs are told of the caller only. Of the hall's side no more is kept than is needed to read the
caller's: when somebody spoke there. No speed of speaking, no score of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from transcription.pieces import Piece
from transcription.speech_detection import VERSION as DETECTION
from transcription.speech_detection import detect
from transcription.tone_cut import tone_frames
from transcription.utterance import Span
from transcription.voice.levels import BLOCK_SECONDS, Levels, active_level, joined, levels_of, mean_level
from transcription.voice.loudness import Loudness, loudness
from transcription.voice.masks import FRAME_SECONDS, Mask, speaking
from transcription.voice.turns import interruptions, longest_run, silences, talk_over

VERSION = f"voice-1 {DETECTION}"

LOW_SNR_DB = 10.0
"""Below this the noise is taken for voices too often: shares and talk-over are shown as unsure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMeasures:
    """The measures of one recording. Times are seconds from its first sample, levels dBFS."""

    version: str
    seconds: float
    caller_active_dbfs: float | None
    """Active speech level after ITU-T P.56; None where the caller never spoke."""
    caller_snr_db: float | None
    """Active level above the level of the frames without voice; None where one of the two is missing."""
    caller_clipped_share: float
    """Of the caller's samples, those at the end of the scale, 0..1."""
    caller_speech_share: float
    """Of the whole time, 0..1."""
    hall_speech_share: float
    caller_part: float | None
    """Of all speech, the caller's: caller / (caller + hall), 0..1; None where nobody spoke."""
    talk_over_share: float
    """Of the time in which anybody spoke, that in which both did, 0..1."""
    talk_over: tuple[Span, ...]
    interruptions: tuple[float, ...]
    silences: tuple[Span, ...]
    longest_run: Span | None
    loudness: Loudness

    @property
    def unsure(self) -> bool:
        """Say whether the line was too noisy for shares and talk-over to be trusted."""
        return self.caller_snr_db is not None and self.caller_snr_db < LOW_SNR_DB


def measure(parts: Iterable[Piece]) -> VoiceMeasures:
    """Measure a call. The pieces come in order; none but the present one is kept."""
    levels, callers, halls, tones = list[Levels](), list[Mask](), list[Mask](), list[Mask]()
    for part in parts:
        # A piece ends anywhere; on the grid of frames its last few milliseconds are left out.
        caller = speaking(part.caller, detect(part.caller, part.hall))
        hall = speaking(part.hall, detect(part.hall, part.caller))
        frames = min(len(caller), len(hall))
        callers.append(caller[:frames])
        halls.append(hall[:frames])
        tones.append((tone_frames(part.caller)[:frames]) | (tone_frames(part.hall)[:frames]))
        whole = levels_of(part.caller)
        blocks = frames * round(FRAME_SECONDS / BLOCK_SECONDS)
        levels.append(
            Levels(power=whole.power[:blocks], magnitude=whole.magnitude[:blocks], clipped=whole.clipped)
        )
    return _measured(joined(levels), _whole(callers), _whole(halls), _whole(tones))


def _measured(levels: Levels, caller: Mask, hall: Mask, tones: Mask) -> VoiceMeasures:
    seconds = len(caller) * FRAME_SECONDS
    blocks = np.repeat(caller, round(FRAME_SECONDS / BLOCK_SECONDS))
    active = active_level(levels.where(blocks))
    quiet = ~(caller | tones)
    noise = mean_level(levels.where(np.repeat(quiet, round(FRAME_SECONDS / BLOCK_SECONDS))))
    spoken = int(caller.sum()) + int(hall.sum())
    anybody = int((caller | hall).sum())
    return VoiceMeasures(
        version=VERSION,
        seconds=seconds,
        caller_active_dbfs=active,
        caller_snr_db=None if active is None or noise is None else active - noise,
        caller_clipped_share=levels.clipped / max(1, round(seconds * 8000)),
        caller_speech_share=float(caller.mean()) if len(caller) else 0.0,
        hall_speech_share=float(hall.mean()) if len(hall) else 0.0,
        caller_part=int(caller.sum()) / spoken if spoken else None,
        talk_over_share=int((caller & hall).sum()) / anybody if anybody else 0.0,
        talk_over=talk_over(caller, hall),
        interruptions=interruptions(caller, hall),
        silences=silences(caller, hall, tones),
        longest_run=longest_run(caller, hall),
        loudness=loudness(levels, caller),
    )


def _whole(parts: list[Mask]) -> Mask:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)
