"""What each kind of signal is called, and how often its rules were right (docs/benchmarks.md).

The figures are of the half of the labelled calls that nobody who wrote a rule had read; a test holds them to
the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incidents.signals.signal import Kind

KIND_NAMES: Mapping[Kind, str] = {
    Kind.DEADLOCK: "膠着の時計",
    Kind.AGREED_TIME: "伝えた時間",
    Kind.EXPLAIN_LIMIT: "1回の説明の時間",
    Kind.REPEAT_DEPARTMENT: "繰り返し（この課）",
    Kind.REPEAT_HALL: "繰り返し（庁内）",
    Kind.HASHIGO: "はしご（課から課へ）",
    Kind.ABUSE: "言葉：暴言型",
    Kind.THREAT: "言葉：威嚇・脅迫型",
    Kind.AUTHORITY: "言葉：権威型",
    Kind.CALLED_OUT: "言葉：舎外拘束型",
    Kind.SEXUAL: "言葉：セクシュアル・ハラスメント型",
    Kind.ONLINE: "言葉：インターネット上",
    Kind.LOUDNESS: "大きな声",
    Kind.TALK_OVER: "話に重ねる",
    Kind.PRIVATE_CONTACT: "私的な連絡の要求",
    Kind.OUTSIDE_HOURS: "時間外の要求",
    Kind.LIFE: "命の相談",
    Kind.DANGER: "殺害・爆破の予告（110番）",
}


@dataclass(frozen=True, slots=True)
class Precision:
    """Of so many places that rules of a kind raised, so many were right."""

    right: int
    raised: int


MEASURED: Mapping[Kind, Precision] = {
    Kind.DEADLOCK: Precision(2, 2),
    Kind.AGREED_TIME: Precision(2, 2),
    Kind.EXPLAIN_LIMIT: Precision(2, 2),
    Kind.REPEAT_DEPARTMENT: Precision(3, 3),
    Kind.REPEAT_HALL: Precision(2, 2),
    Kind.HASHIGO: Precision(2, 2),
    Kind.ABUSE: Precision(4, 6),
    Kind.THREAT: Precision(5, 7),
    Kind.AUTHORITY: Precision(2, 2),
    Kind.CALLED_OUT: Precision(2, 2),
    Kind.SEXUAL: Precision(4, 4),
    Kind.ONLINE: Precision(1, 1),
    Kind.LOUDNESS: Precision(6, 7),
    Kind.TALK_OVER: Precision(13, 13),
    Kind.PRIVATE_CONTACT: Precision(4, 4),
    Kind.OUTSIDE_HOURS: Precision(4, 4),
    Kind.LIFE: Precision(2, 2),
    Kind.DANGER: Precision(2, 4),
}
