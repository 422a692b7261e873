"""What the city gives its operators at the desk: clocks that ask people, measures, and how calls come out.

A clock calls people together in time to judge; none of it ends, refuses or delays anything.
"""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part


class Clocks(Part):
    """How long each clock runs, in minutes. Each begins when a person says so."""

    deadlock_minutes: int = Field(
        default=15, strict=True, ge=1, le=1440, description="膠着: a judgement should exist by then",
        examples=["15"],
    )  # fmt: skip
    deadlock_ask_minutes: int = Field(
        default=7, strict=True, ge=0, le=1440, description="膠着: those who judge are called", examples=["7"]
    )
    agreed_minutes: tuple[int, ...] = Field(
        default=(30, 60), description="slots that an operator may have told the caller", examples=["[30, 60]"]
    )
    agreed_over_minutes: int = Field(
        default=15, strict=True, ge=0, le=1440, description="beyond the slot: a judgement should exist",
        examples=["15"],
    )  # fmt: skip
    special_minutes: int = Field(
        default=15, strict=True, ge=1, le=1440, description="特別扱い demanded for so long", examples=["15"]
    )
    length_marks: tuple[str, ...] = Field(
        default=(),
        description="thresholds shown on the clock of every call",
        examples=["[preset-slot-short, explain-limit]"],
    )


class Measure(Part):
    """Something the hall does for a caller who needs it (合理的配慮). Never a word about the person."""

    id: str = Field(examples=["yukkuri"])
    name: str = Field(examples=["ゆっくり話す"])


class CallOutcome(Part):
    """How a call came out, in the operator's words: one button after the call."""

    id: str = Field(examples=["kaito"])
    name: str = Field(examples=["回答した"])


DEFAULT_MEASURES = (
    Measure(id="yukkuri", name="ゆっくり話す"),
    Measure(id="hitsudan", name="筆談・文字で伝える"),
    Measure(id="dairi", name="代理の方と話す"),
)
"""障害者差別解消法 第7条第2項 binds a city to such measures; which ones it offers, it knows itself."""

DEFAULT_OUTCOMES = (
    CallOutcome(id="kaito", name="回答した"),
    CallOutcome(id="orikaeshi", name="折り返すことにした"),
    CallOutcome(id="hikitsugi", name="ほかの担当に引き継いだ"),
    CallOutcome(id="tochu", name="途中で切れた"),
    CallOutcome(id="sodan", name="相談・判断が要る"),
)
BROUGHT_ABOUT_BY_US = {
    "hikitsugi": "ほかの担当に引き継いだ", "orikaeshi": "折り返すことにした", "tochu": "途中で切れた"
}  # fmt: skip
"""Outcomes by which the next call comes of what the hall did (incidents/came.py), with their usual words."""
