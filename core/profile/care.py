"""職員のケア: how long a rest is, when people look again, and when all of it is forgotten."""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part


class Care(Part):
    """What a city decides about the rest of its own people. None of it touches who is served."""

    rest_minutes: int = Field(
        default=30,
        strict=True,
        ge=5,
        le=480,
        description="how long the others of a line are asked first, unless the person ends it",
        examples=["30"],
    )
    others_first_seconds: int = Field(
        default=8,
        strict=True,
        ge=1,
        le=30,
        description="how long the others' phones ring alone, half of a line's ring_seconds at most",
        examples=["8"],
    )
    check_days: tuple[int, ...] = Field(
        default=(3, 7, 30),
        min_length=1,
        max_length=6,
        description="days after which the superior is reminded to look after them",
        examples=["[3, 7, 30]"],
    )
    later_hours: int = Field(
        default=4,
        strict=True,
        ge=1,
        le=72,
        description="how long a reminder that was put off stays away",
        examples=["4"],
    )
    forget_days: int = Field(
        default=45,
        strict=True,
        ge=1,
        le=120,
        description="after how many days nothing of it is left",
        examples=["45"],
    )
