"""事案: who judges a case of the city's, by which rule, how it is written, and visits outside the hall.

Who judges is 所属長・施設長等を含む複数職員; when the head is absent, 庶務担当係長その他係長級を含む複数職員
(品川区 対応要領 第4章). How many people several are is in no policy: the city says it here. People are named
by the names they sign in with; whoever is not named and is a supervisor judges beside them.

The words of impression are the city's: the default ones follow the examples of policies (第6章(2)④ and the
training material's 悪い例). A word that is marked is still the writer's to keep: nothing is forbidden.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.profile.part import Part


class FaultWeight(StrEnum):
    """What a fault of the city's own comes to. It never counts against the citizen (第5章(1)①)."""

    DEMAND_STANDS = "demand-stands"  # the demand counts as justified; only the manner can be judged
    BARS = "bars"  # nothing is found against the citizen at all


class Agreement(StrEnum):
    """How views have to agree."""

    ALL = "all"
    MAJORITY = "majority"


class DecisionWay(StrEnum):
    """How a case is decided."""

    HERE = "here"  # 下書き → 所属長確認 → 合議 → 決定, on our pages
    FILING = "filing"  # the city's own 電子決裁; 起案番号 and 決裁日 are written down here


class StatedBy(StrEnum):
    """What states the fact behind an impression."""

    QUOTE = "quote"  # 言葉そのまま
    LOUDNESS = "loudness"  # 声の大きさ
    MINUTES = "minutes"  # 時間
    COUNT = "count"  # 回数
    CONDUCT = "conduct"  # 見たこと、したこと


class SubjectiveWords(Part):
    """Words of one kind, why they state no fact, and what would."""

    words: tuple[str, ...] = Field(min_length=1, examples=["[激しい, 怒鳴る]"])
    why: str = Field(examples=["どのくらいかが、読む人によって変わります。"])
    instead: tuple[StatedBy, ...] = Field(min_length=1, examples=["[quote, loudness]"])
    unless: tuple[str, ...] = Field(
        default=(), description="longer words in which they mean something else", examples=["[激しい雨]"]
    )


DEFAULT_WORDS = (
    SubjectiveWords(
        words=(
            "怖い", "こわい", "恐ろしい", "不快", "気持ち悪い", "うんざり", "あきれる", "びっくり", "つらい",
            "苦痛", "恐怖", "腹が立つ", "いらいら",
        ),
        why="書いた人の感じ方です。相手の言葉や行いを書きます。",
        instead=(StatedBy.QUOTE, StatedBy.CONDUCT),
    ),
    SubjectiveWords(
        words=(
            "激しい", "怒鳴る", "怒鳴り声", "大声", "罵倒", "罵声", "激怒", "激高", "怒る", "責め立てる",
            "まくし立てる", "詰め寄る", "暴言", "威圧", "高圧的", "恫喝", "凄む", "逆ギレ", "感情的",
        ),
        why="どのようにかが、読む人によって変わります。",
        instead=(StatedBy.QUOTE, StatedBy.LOUDNESS),
        unless=(
            "激しい雨", "雨が激しい", "激しい運動", "激しい揺れ", "変動が激しい", "暴言型", "威嚇・脅迫型",
            "威圧的な言動を取る",
        ),
    ),
    SubjectiveWords(
        words=("しつこい", "執拗", "延々", "長々", "だらだら", "いつまでも", "なかなか電話を切らない"),
        why="どのくらいかが、読む人によって変わります。",
        instead=(StatedBy.MINUTES, StatedBy.COUNT),
        unless=("執拗な（継続的な）言動を取る",),
    ),
    SubjectiveWords(
        words=("何度も", "何回も", "頻繁", "たびたび", "毎日のように", "再三"),
        why="何回かが分かりません。",
        instead=(StatedBy.COUNT,),
    ),
    SubjectiveWords(
        words=(
            "異常", "非常識", "理不尽", "不当", "わがまま", "身勝手", "無茶", "ひどい", "横柄", "失礼",
            "乱暴", "嫌味", "言いがかり", "難癖", "一方的", "ねちねち", "くどい", "面倒", "厄介",
            "不満げ", "不機嫌",
        ),
        why="評価であって、事実ではありません。",
        instead=(StatedBy.QUOTE, StatedBy.CONDUCT),
        unless=(
            "異常なし", "異常はな", "異常がな", "異常気象", "不当要求", "不当な差別", "不当利得",
            "失礼します", "失礼いたします",
        ),
    ),
    SubjectiveWords(
        words=("クレーマー", "モンスター", "常習", "要注意人物", "変な人", "おかしな人", "迷惑な人"),
        why="人を決めつける言葉です。行いだけを書きます。",
        instead=(StatedBy.CONDUCT,),
    ),
)  # fmt: skip
"""Offered where a city writes none of its own."""


class Visits(Part):
    """訪問: how often visitors are heard of, and how long the section waits. The limit is a threshold."""

    word_minutes: int = Field(
        default=30, strict=True, ge=5, le=240, description="a word is due this long after the last one",
        examples=["30"],
    )  # fmt: skip
    grace_minutes: int = Field(
        default=5, strict=True, ge=0, le=60, description="silence beyond it is told to the section",
        examples=["5"],
    )  # fmt: skip
    limit: str = Field(
        default="visit-stay", description="the threshold that says how long a visit may last",
        examples=["visit-stay"],
    )  # fmt: skip


class Casework(Part):
    """事案の判断と決定、記録と訪問。"""

    heads: tuple[str, ...] = Field(
        default=(), description="names with which heads of sections sign in (所属長)", examples=["[kacho]"]
    )
    general_chiefs: tuple[str, ...] = Field(
        default=(),
        description="likewise 庶務担当係長, in an absent head's place",
        examples=["[shomu]"],
    )
    chiefs: tuple[str, ...] = Field(default=(), description="likewise 係長級", examples=["[kakari]"])
    people: int = Field(
        default=2,
        strict=True,
        ge=2,
        le=7,
        description="how many people have to find it, the head among them",
        examples=["2"],
    )
    agreement: Agreement = Field(
        default=Agreement.ALL, description="whether all who gave a view must agree, or most", examples=["all"]
    )
    own_fault: FaultWeight = Field(
        default=FaultWeight.DEMAND_STANDS,
        description="what a fault of the city's own comes to",
        examples=["demand-stands"],
    )
    decided: DecisionWay = Field(
        default=DecisionWay.HERE, description="決裁をどこで行うか", examples=["filing"]
    )
    subjective_words: tuple[SubjectiveWords, ...] = DEFAULT_WORDS
    visits: Visits = Field(default=Visits(), description="訪問")
