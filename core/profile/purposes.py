"""What people open recordings and words for (聴取台帳), as the city lists it, and what is asked beside each.

To appraise staff is no purpose: a profile that lists it does not load (``rules_purposes.py``).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from itertools import cycle

from pydantic import Field

from core.actors import Purpose
from core.profile.part import Part

DIGIT, LETTER = "9", "A"
"""What stands in a form of case numbers for any digit, and for any capital letter."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー"), "-")


class CaseNumber(StrEnum):
    """Whether a case number (件番号) is asked beside a purpose."""

    NONE = "none"  # 聞かない
    OPTIONAL = "optional"  # あれば書く
    REQUIRED = "required"  # 必ず書く


class ListedPurpose(Part):
    """One purpose of the city's list."""

    id: str = Field(examples=["fact-check"])
    name: str = Field(examples=["申出内容の事実確認"])
    case_number: CaseNumber = Field(default=CaseNumber.NONE, examples=["required"])
    practice: bool = Field(
        default=False, strict=True, description="opens practice calls only", examples=["true"]
    )

    def purpose(self, case: str | None = None) -> Purpose:
        """Return it as somebody gives it, with the case number they wrote."""
        return Purpose(self.id, case)


class Access(Part):
    """How long a given purpose holds, how case numbers look, and from when on counts are published."""

    grant_hours: int = Field(default=4, strict=True, ge=1, le=24, examples=["4"])
    case_numbers: tuple[str, ...] = Field(
        default=(), description="forms: 9 is any digit, A any capital letter", examples=['["R9-9999"]']
    )
    publish_from: int = Field(
        default=5,
        strict=True,
        ge=2,
        le=100,
        description="smaller counts are published with less detail",
        examples=["5"],
    )

    @property
    def lasts(self) -> timedelta:
        """How long what was opened stays open, in the session that opened it."""
        return timedelta(hours=self.grant_hours)

    @property
    def case_examples(self) -> tuple[str, ...]:
        """One number in each of the forms, as somebody might write it: a form is read by its makers alone."""
        return tuple(_example(form) for form in self.case_numbers)

    def case_number(self, typed: str) -> str | None:
        """Return a case number as it is kept, or None where it has none of the city's forms."""
        plain = plain_case_number(typed)
        return plain if any(re.fullmatch(_pattern(form), plain) for form in self.case_numbers) else None


def plain_case_number(typed: str) -> str:
    """Return a case number or a form of one in half-width capitals, with one kind of dash."""
    return unicodedata.normalize("NFKC", typed).strip().upper().translate(_DASHES)


def _example(form: str) -> str:
    digits, letters = cycle("801234567"), cycle("ABC")
    wild = {DIGIT: digits, LETTER: letters}
    return "".join(next(wild[letter]) if letter in wild else letter for letter in plain_case_number(form))


def _pattern(form: str) -> str:
    wild = {DIGIT: "[0-9]", LETTER: "[A-Z]"}
    return "".join(wild.get(letter, re.escape(letter)) for letter in plain_case_number(form))


DEFAULT_PURPOSES = (
    ListedPurpose(id=Purpose.RECORD_KEEPING.id, name="対応記録の作成"),
    ListedPurpose(id=Purpose.HARASSMENT_REVIEW.id, name="カスタマーハラスメントの判断"),
    ListedPurpose(id=Purpose.FACT_CHECK.id, name="申出内容の事実確認"),
    ListedPurpose(id=Purpose.DISCLOSURE.id, name="開示請求への対応"),
    ListedPurpose(id="emergency", name="緊急（人の命や身体の危険）"),
    ListedPurpose(id=Purpose.TRAINING.id, name="練習通話の振り返り", practice=True),
)
