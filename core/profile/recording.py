"""How calls are recorded, per line and for calls that go out, and what happens when it is not wanted.

A mode says what is recorded and nothing about who is served: no word here can end, refuse or delay a call.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.profile.part import Part

OUTBOUND_PREFIX = "out-"
"""Ids that begin like this are calls going out of a department; no line of the profile may have one."""


class RecordingMode(StrEnum):
    """When a line is recorded."""

    ALWAYS = "always"  # 常時
    BUFFER = "buffer"  # 一時保持
    ON_DEMAND = "on-demand"  # 随時
    NEVER = "never"  # 録音しない


class Transcribe(StrEnum):
    """Which calls of a line are written down (文字起こし)."""

    ALL = "all"  # すべて
    FLAGGED = "flagged"  # 記録・フラグのある通話だけ。ほかは頼まれたとき


class WhenNotWanted(StrEnum):
    """What follows when somebody does not want to be recorded, after it was explained again (録音拒否)."""

    STOP = "stop"  # 録音を止めて、そのまま話を聞く
    OFFER = "offer"  # ほかの方法を案内する。録音は続く


class RecordedSoFar(StrEnum):
    """What becomes of the sound that was recorded before the recording stopped."""

    KEEP = "keep"
    DISCARD = "discard"


class Outbound(Part):
    """Calls from the desk phones of a department. Without it they reach emergency numbers only."""

    recording: RecordingMode = Field(examples=["never"])
    number: str = Field(description="the number shown to the called party", examples=['"0312345678"'])
    announcement: str = Field(
        default="", description="words spoken to the called party, if recorded", examples=["hasshin"]
    )
    transcribe: Transcribe = Field(default=Transcribe.ALL, examples=["flagged"])


class WithoutRecording(Part):
    """Somebody does not want to be recorded (録音拒否). They are served all the same."""

    explanation: str = Field(
        default="対応を正確に残すための録音です。録音をお望みでない場合も、ご用件はこのまま承ります。",
        description="words for the operator to read aloud first",
        examples=["対応を正確に残すための録音です。録音をお望みでない場合も、ご用件は承ります。"],
    )
    then: WhenNotWanted = Field(default=WhenNotWanted.STOP, examples=["stop"])
    other_way: str = Field(
        default="", description="words that offer another way", examples=["窓口やお手紙でも承ります。"]
    )
    recorded_so_far: RecordedSoFar = Field(default=RecordedSoFar.KEEP, examples=["keep"])


class InDisaster(Part):
    """What the one switch for disasters (災害時) may do to the announcement."""

    short_announcement: str = Field(
        description="announcement that is spoken instead while the switch is on", examples=["rokuon-mijikai"]
    )
