"""Who judges what: the ending of a call, the length that asks for attention, the switch for disasters.

None of it ends, refuses or delays a call: it says which people are asked, and what they have to note.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.profile.part import Part


class Switching(StrEnum):
    """Roles that may have the switch for disasters in their hands."""

    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Ending(Part):
    """対応の中止: judged by people first, then spoken by a person. Hanging up is never blocked."""

    supervisors: int = Field(
        default=1,
        strict=True,
        ge=1,
        le=5,
        description="how many supervisors have to confirm it in this call",
        examples=["1"],
    )
    superior_words: bool = Field(
        default=True,
        strict=True,
        description="the words of the superior to the caller are noted (上司が把握した旨と説明)",
        examples=["true"],
    )


class Wallboard(Part):
    """通話中の画面: which calls stand first. Help and judgements always do."""

    long_minutes: int = Field(
        default=30,
        strict=True,
        ge=1,
        le=1440,
        description="from when on a call stands before the others as a long one",
        examples=["30"],
    )


class DisasterSwitch(Part):
    """災害時の切り替え: who may switch it."""

    by: tuple[Switching, ...] = Field(
        default=(Switching.SUPERVISOR, Switching.ADMINISTRATOR),
        min_length=1,
        description="roles that may switch it on and off",
        examples=["[supervisor, administrator]"],
    )
