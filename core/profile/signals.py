"""What the city lets be a signal (兆候): figures and words. Neither is in the code.

No policy sets a number of calls for リピート型 or of departments for はしご, nor a level for a loud voice: a
city that names none gets no such signal.
"""

from __future__ import annotations

from pydantic import Field

from core.ids import LineId
from core.profile.part import Part
from core.profile.phrase import Phrase


class RepeatFigures(Part):
    """So many calls, or so many minutes of talk, in so many days, this call and today counted."""

    calls: int = Field(strict=True, ge=2, le=1000, examples=["5"])
    minutes: int = Field(strict=True, ge=1, le=10000, examples=["90"])
    days: int = Field(strict=True, ge=1, le=31, examples=["7"])


class HashigoFigures(Part):
    """So many departments within so many hours."""

    departments: int = Field(strict=True, ge=2, le=100, examples=["3"])
    hours: int = Field(strict=True, ge=1, le=72, examples=["4"])


class LoudFigures(Part):
    """Words of so many seconds altogether, each so far above the caller's own beginning."""

    above_db: int = Field(strict=True, ge=3, le=40, examples=["8"])
    seconds: int = Field(strict=True, ge=1, le=600, examples=["5"])


class TalkOverFigures(Part):
    """The caller began into the hall's words so many times within so many minutes, and went on."""

    times: int = Field(strict=True, ge=2, le=100, examples=["4"])
    minutes: int = Field(strict=True, ge=1, le=60, examples=["3"])
    own_seconds: float = Field(
        default=1.0, ge=0.3, le=10, description="shorter words of the caller are an answer", examples=["1.0"]
    )
    into_seconds: float = Field(
        default=0.5,
        ge=0.1,
        le=5,
        description="less of the hall's words still to come is a turn that began early",
        examples=["0.5"],
    )


class LifeContact(Part):
    """Somebody who helps when a life is at stake: the city's own section, a helpline, 119."""

    name: str = Field(examples=["健康課（保健師）"])
    number: str = Field(examples=["0120-000-000"])
    hours: str = Field(default="", examples=["毎日 8時30分〜17時15分"])


class SignalContexts(Part):
    """Words by which a call explains itself; what is heard beside them is no signal."""

    emergency: tuple[str, ...] = Field(default=(), description="急を要する", examples=["[ガス…臭, 救急]"])
    speak_up: tuple[str, ...] = Field(
        default=(), description="the hall asks for a louder voice", examples=["[お電話が少し遠い]"]
    )
    turned_away: tuple[str, ...] = Field(
        default=(), description="loud, and not at us: a child, joy, noise around", examples=["[こら]"]
    )
    delay: tuple[str, ...] = Field(
        default=(), description="the line is slow, or somebody interprets", examples=["[遅れて聞こえ]"]
    )
    offered: tuple[str, ...] = Field(
        default=(), description="the hall offers an hour by itself", examples=["[お電話いたしましょうか]"]
    )
    our_fault: tuple[str, ...] = Field(
        default=(), description="the hall tells of a fault of its own", examples=["[手違い]"]
    )
    sent: tuple[str, ...] = Field(
        default=(), description="the hall sends the caller to another section", examples=["[課へお電話]"]
    )
    call_again: tuple[str, ...] = Field(
        default=(), description="the hall asks to be called again", examples=["[おかけ直し]"]
    )


class Signals(Part):
    """Figures, words, and how many a day people look at."""

    daily: int = Field(
        default=20, strict=True, ge=1, le=1000, examples=["20"],
        description="signals shown in a day to a department; danger and life are never held back",
    )  # fmt: skip
    explain_minutes: int | None = Field(
        default=None, strict=True, ge=1, le=1440, description="one explanation", examples=["60"]
    )
    alike_percent: int = Field(
        default=25, strict=True, ge=1, le=100, examples=["25"],
        description="two calls whose words are so much alike are of one demand; found with made calls",
    )  # fmt: skip
    repeat_department: RepeatFigures | None = None
    repeat_hall: RepeatFigures | None = None
    hashigo: HashigoFigures | None = None
    loud: LoudFigures | None = None
    talk_over: TalkOverFigures | None = None
    duty_lines: tuple[LineId, ...] = Field(
        default=(), description="lines that answer at any hour", examples=["[shukuchoku]"]
    )
    life_sheet: str = Field(
        default="", description="what an operator does when somebody speaks of dying (命の相談)",
        examples=["切らずに話を聞き、一人かどうかを尋ねる。"],
    )  # fmt: skip
    danger_sheet: str = Field(
        default="", description="what an operator does when somebody threatens to kill (110番)",
        examples=["すぐに110番する。判断を待たない。"],
    )  # fmt: skip
    life_contacts: tuple[LifeContact, ...] = Field(
        default=(), description="where a person whose life is at stake is helped (命の相談)"
    )
    urgent_purpose: str = Field(
        default="", description="purpose under which the 110 sheet opens with one press",
        examples=["emergency"],
    )  # fmt: skip
    phrases: tuple[Phrase, ...] = ()
    not_a_signal: tuple[str, ...] = Field(
        default=(), description="words that are never a signal", examples=["[後で問題にするから覚えておけ]"]
    )
    contexts: SignalContexts = SignalContexts()
