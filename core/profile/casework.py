"""How the city writes its cases: words of impression in place of facts, and visits outside the hall.

The words are the city's: the default ones follow the examples of policies (品川区 対応要領 第6章(2)④ and the
training material's 悪い例). A word that is marked is still the writer's to keep: nothing is forbidden.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.profile.part import Part


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
    """事案: how it is written, and what goes with it."""

    subjective_words: tuple[SubjectiveWords, ...] = DEFAULT_WORDS
    visits: Visits = Field(default=Visits(), description="訪問")
