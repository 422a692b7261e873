"""Rights that begin and end by themselves: 緊急閲覧, and what an operator hears to write a call's record."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from core.profile.part import Part


class Rights(Part):
    """How long what is not one's own stays open, and whether operators hear around their marks."""

    urgent_minutes: int = Field(
        default=60,
        strict=True,
        ge=5,
        le=480,
        description="how long an urgent opening of another department's calls lasts",
        examples=["60"],
    )
    around_marks: bool = Field(
        default=True,
        strict=True,
        description="operators hear two minutes around their marks until the record is filed",
        examples=["true"],
    )

    @property
    def urgent_lasts(self) -> timedelta:
        """How long an urgent opening lasts."""
        return timedelta(minutes=self.urgent_minutes)
