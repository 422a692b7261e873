"""事案の判断: who judges a case of the city's, by which rule, and which way the decision takes.

Who judges is 所属長・施設長等を含む複数職員; when the head is absent, 庶務担当係長その他係長級を含む複数職員
(品川区 対応要領 第4章). How many people several are is in no policy: the city says it here. People are named
by the names they sign in with; whoever is not named and is a supervisor judges beside them.
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


class Casework(Part):
    """事案の判断と決定。"""

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
