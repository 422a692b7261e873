"""How long what is kept stays, and how many people agree that evidence goes (二段階の保存). Values alone.

Source: the city's own rules (要綱); no general statute sets a period.
"""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part

_LONGEST = 36500  # days


class Keeping(Part):
    """How long a class of recording is kept, and the rows of its call, in days."""

    unflagged_days: int = Field(strict=True, ge=1, le=_LONGEST, examples=["90"])
    flagged_days: int = Field(strict=True, ge=1, le=_LONGEST, examples=["1825"])
    practice_days: int = Field(strict=True, ge=1, le=_LONGEST, examples=["7"])
    buffer_hours: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=1200,
        description="hours, for lines with recording: buffer",
        examples=["24"],
    )
    incident_days: int | None = Field(
        default=None, strict=True, ge=1, le=_LONGEST, description="事案の録音", examples=["1825"]
    )
    disclosure_days: int | None = Field(
        default=None, strict=True, ge=1, le=_LONGEST, description="開示請求の録音", examples=["1825"]
    )
    # Asterisk's own records are compared with them for 90 days: without its row a call would look unknown.
    calls_days: int | None = Field(
        default=None, strict=True, ge=90, le=_LONGEST, description="通話の記録", examples=["1825"]
    )
    # Two are the least that is not one: nobody makes evidence of a matter disappear alone.
    approvals: int = Field(
        default=2, strict=True, ge=2, le=5, description="廃棄を承認する人数", examples=["2"]
    )

    @property
    def incidents(self) -> int:
        """Days of a recording of an incident; as a flagged one, where the city says nothing."""
        return self.flagged_days if self.incident_days is None else self.incident_days

    @property
    def disclosures(self) -> int:
        """Days of a recording that somebody asked to be disclosed; as a flagged one, as above."""
        return self.flagged_days if self.disclosure_days is None else self.disclosure_days

    @property
    def calls(self) -> int:
        """Days of the rows about a call; as the longest class of recordings, where the city says nothing."""
        if self.calls_days is not None:
            return self.calls_days
        # Also of a city that keeps everything for a week: the comparison above.
        return max(90, self.unflagged_days, self.flagged_days, self.incidents, self.disclosures)
