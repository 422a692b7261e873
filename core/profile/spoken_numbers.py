"""Whether 個人番号 and card numbers that somebody says are left out of words and index (伏せる)."""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part


class SpokenNumbers(Part):
    """They are, unless the city has a reason to write them down, and says which.

    Source: 番号利用法 第19条・第20条 allow keeping a 個人番号 for the purposes of the law alone.
    """

    masked: bool = Field(default=True, strict=True, examples=["true"])
    reason: str = Field(
        default="", description="why they are written down", examples=["番号法別表の事務の記録のため"]
    )
