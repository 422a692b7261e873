"""How a case comes out. Pure.

該当 needs a finding of several people that stands. 行政対象暴力 has a route of its own: a crime is told to
the police at once, without a judgement awaited (品川区 対応要領 第7章 TYPE2), so it needs a measure that
says so.
"""

from __future__ import annotations

from enum import StrEnum


class Ending(StrEnum):
    """How a case was decided."""

    HARASSMENT = "harassment"  # 該当（カスタマーハラスメントに当たる）
    HARD_CASE = "hard-case"  # 苦慮事案
    JUST_CLAIM = "just-claim"  # 正当な申出
    VIOLENCE = "violence"  # 行政対象暴力


POLICE = frozenset({"police-110", "police-advice"})
"""Measures by which the own route of 行政対象暴力 begins."""


def hindrance(ending: Ending, *, finding: bool, told: frozenset[str]) -> str | None:
    """Say what hinders a case from coming out so: a code, or None.

    Args:
        ending: how it is to come out
        finding: whether a finding stands
        told: kinds of the measures that were taken
    """
    if ending is Ending.HARASSMENT and not finding:
        return "finding-missing"
    if ending is Ending.VIOLENCE and not told & POLICE:
        return "police-not-told"
    return None
