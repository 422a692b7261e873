"""The words of the register of cases: plain, polite, short, and never blaming anybody."""

from __future__ import annotations

from collections.abc import Mapping

from core.profile.casework import Agreement, DecisionWay, FaultWeight
from incidents.cases.case import Case, Stage
from incidents.cases.words import ANSWERS, AXES, ENDINGS, QUESTIONS, RANKS, STAGES, WAYS, WEIGHTS

__all__ = [
    "AGREEMENTS", "ANSWERS", "AXES", "ENDINGS", "FAULT_WEIGHTS", "HAPPENED", "QUESTIONS", "RANKS", "STAGES",
    "WAYS", "WEIGHTS", "next_step",
]  # fmt: skip

AGREEMENTS: Mapping[str, str] = {
    Agreement.ALL: "考えを書いた全員が「当たる」としたときに、該当の判断になります。",
    Agreement.MAJORITY: "考えを書いた人の過半数が「当たる」としたときに、該当の判断になります。",
}
FAULT_WEIGHTS: Mapping[str, str] = {
    FaultWeight.DEMAND_STANDS: "市の側に落ち度があるか、ないと言い切れないときは、要求の内容は数えません。",
    FaultWeight.BARS: "市の側に落ち度があるか、ないと言い切れないときは、該当の判断になりません。",
}
HAPPENED: Mapping[str, str] = {
    "opened": "事案にしました",
    "call-linked": "通話を結び付けました",
    "quote-linked": "引用を結び付けました",
    "statement": "記録（5W1H）を書きました",
    "kinds": "型と行為を書きました",
    "judges-called": "判断する人を呼びました",
    "view": "考えを書きました",
    "finding-withdrawn": "該当の判断を取り消しました",
    "handling-ended": "対応の中止を伝えました",
    "measure": "措置を書きました",
    "alert": "庁内に知らせました",
    "submitted": "所属長確認に出しました",
    "head-checked": "所属長が確認しました",
    "council-agreed": "合議が済みました",
    "returned": "下書きに戻しました",
    "decided": "決定しました",
    "filed": "電子決裁の結果を書きました",
    "closed": "終結しました",
}


def next_step(case: Case) -> str:
    """Say what comes next, and whose it is."""
    if case.stage is Stage.DRAFT and case.rule.decided is DecisionWay.FILING:
        return "市の電子決裁が済んだら、起案番号と決裁日を所属長が書きます。"
    return {
        Stage.DRAFT: "記録がそろったら、所属長確認に出します。"
        "カスタマーハラスメントかどうかは、下の「判断」で複数の人が決めます。",
        Stage.HEAD_CHECK: "所属長が確認します。直すところがあれば、下書きに戻します。",
        Stage.COUNCIL: "確認した人とは別の人が合議します。",
        Stage.DECISION: "所属長が決定します。",
        Stage.DECIDED: "対応がすべて済んだら、所属長が終結します。",
        Stage.CLOSED: "この事案は終結しました。",
    }[case.stage]
