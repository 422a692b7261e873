"""The announcements' own samples, as the city gave them: what the proof of sending is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.profile.model import CityProfile
from telephony.sound.audio_files import SAMPLE_RATE, Samples, UnreadableRecording, read_wav


class Prompts:
    """Announcements by their id.

    Args:
        profile: the city profile
        folder: the folder that the profile's sound files are relative to
    """

    def __init__(self, profile: CityProfile, folder: Path) -> None:
        self._files: Mapping[str, Path] = {one.id: folder / one.file for one in profile.announcements}
        self._read: dict[str, Samples] = {}

    def samples(self, announcement: str) -> Samples | None:
        """Return an announcement's samples; None when the profile or the disk no longer has it.

        Without them nothing is proven, and the call counts as 未告知: a recording is never held up by this.
        """
        if announcement not in self._read:
            file = self._files.get(announcement)
            try:
                self._read[announcement] = read_wav(file.read_bytes() if file else b"nothing").samples
            except (OSError, UnreadableRecording):
                return None
        return self._read[announcement]

    def seconds(self, announcement: str) -> float | None:
        """Return how long an announcement's sound is; None when the profile or the disk no longer has it."""
        found = self.samples(announcement)
        return None if found is None else len(found) / SAMPLE_RATE
