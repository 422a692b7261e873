"""What things of a case are called, on pages and on paper: plain, short, and never blaming anybody."""

from __future__ import annotations

from collections.abc import Mapping

from incidents.cases.case import Stage
from incidents.cases.endings import Ending
from incidents.cases.events import Way
from incidents.cases.judgement import Answer, Weight
from incidents.cases.rule import Rank

STAGES: Mapping[str, str] = {
    Stage.DRAFT: "下書き", Stage.HEAD_CHECK: "所属長確認", Stage.COUNCIL: "合議", Stage.DECISION: "決定待ち",
    Stage.DECIDED: "決定", Stage.CLOSED: "終結",
}  # fmt: skip
WAYS: Mapping[str, str] = {Way.PHONE: "電話", Way.COUNTER: "窓口", Way.VISIT: "訪問"}
ENDINGS: Mapping[str, str] = {
    Ending.HARASSMENT: "該当（カスタマーハラスメントに当たる）",
    Ending.HARD_CASE: "苦慮事案",
    Ending.JUST_CLAIM: "正当な申出",
    Ending.VIOLENCE: "行政対象暴力（警察へ伝えた事案）",
}
RANKS: Mapping[str, str] = {
    Rank.HEAD: "所属長", Rank.GENERAL_CHIEF: "庶務担当係長", Rank.CHIEF: "係長級", Rank.SUPERVISOR: "管理者",
    Rank.STAFF: "担当",
}  # fmt: skip
QUESTIONS: Mapping[str, str] = {
    "own_fault": "市の側に落ち度がありましたか",
    "staff_conduct": "職員の言葉や態度に、行き違いの元がありましたか",
    "withdrawn": "お断りしたあと、引き下がりましたか",
    "continued": "前から続いていますか（初めてなら「いいえ」）",
}
ANSWERS: Mapping[str, str] = {Answer.YES: "はい", Answer.NO: "いいえ", Answer.UNKNOWN: "わからない"}
AXES: Mapping[str, str] = {"demand": "要求の内容", "manner": "要求の態様", "duration": "時間・回数・頻度"}
WEIGHTS: Mapping[str, str] = {
    Weight.FITTING: "社会通念の範囲", Weight.BEYOND: "社会通念を超える", Weight.UNCLEAR: "わからない",
}  # fmt: skip
