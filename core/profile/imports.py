"""録音機のファイル: how large and how long a file from a recorder may be."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from core.profile.part import Part

MEGABYTE = 1024 * 1024


class Imports(Part):
    """What a city takes in from its recorders. One of them writes 10 MB a minute at most (44.1 kHz WAV)."""

    megabytes: int = Field(
        default=500, strict=True, ge=1, le=2000, description="1つのファイルの大きさ（MB）", examples=["500"]
    )
    hours: int = Field(
        default=6, strict=True, ge=1, le=24, description="1つのファイルの長さ（時間）", examples=["6"]
    )

    @property
    def largest(self) -> int:
        """Bytes of a file."""
        return self.megabytes * MEGABYTE

    @property
    def longest(self) -> timedelta:
        """How long a file may play."""
        return timedelta(hours=self.hours)
