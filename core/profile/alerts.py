"""庁内警報: what one section may ask of the others, and on which ground it may leave the 実施機関.

An alert is an instruction, never a story and never a word about a person; so the city chooses its words
beforehand. It changes nothing about how a call is served.
"""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part


class AlertInstruction(Part):
    """What whoever answers is asked to do (統一回答で応じる …). Never a word about the caller."""

    id: str = Field(examples=["fukusu"])
    name: str = Field(examples=["複数の職員で対応する"])


class ProvisionGround(Part):
    """The provision by which one 実施機関 may tell another; without it an alert does not cross."""

    agency: str = Field(description="the one that tells", examples=["shicho"])
    to: str = Field(description="the one that is told", examples=["kyoiku-iinkai"])
    basis: str = Field(examples=["個人情報の保護に関する法律 第69条第2項第3号"])


class Alerts(Part):
    """庁内警報 of the city."""

    instructions: tuple[AlertInstruction, ...] = Field(
        default=(), description="what may be asked; without one no alert can be placed"
    )
    grounds: tuple[ProvisionGround, ...] = Field(
        default=(), description="which 実施機関 may tell which, by which provision"
    )
    judging_words: tuple[str, ...] = Field(
        default=(
            "クレーマー", "要注意人物", "要注意者", "危険人物", "不審者", "ブラックリスト", "常習", "悪質",
            "異常者", "モンスター", "札付き", "問題市民", "厄介", "迷惑な人", "迷惑電話",
        ),
        description="words that judge a person; nobody can write them into an alert",
        examples=["[要注意人物, 危険人物]"],
    )  # fmt: skip
    longest_days: int = Field(
        default=30,
        strict=True,
        ge=1,
        le=366,
        description="how long an alert may hold that a finding of the board carries",
        examples=["30"],
    )
    keep_days: int = Field(
        default=90,
        strict=True,
        ge=1,
        le=36500,
        description="so long after its end an alert, and who saw it, is kept",
        examples=["90"],
    )
