"""庁内警報 in words: why none can be placed, and what to do instead. No blame."""

from __future__ import annotations

from collections.abc import Mapping

from incidents.alert_rule import LONGEST_REASON, LONGEST_WHO, AlertRefusal

REFUSALS: Mapping[AlertRefusal, str] = {
    AlertRefusal.PRACTICE: "練習の通話からは、庁内警報を出せません。",
    AlertRefusal.NO_NUMBER: "番号が分からない電話です。ほかの電話と区別できないため、庁内警報は出せません。",
    AlertRefusal.GOING_OUT: "市役所からかけた電話です。庁内警報は、かかってきた電話からだけ出せます。",
    AlertRefusal.NO_INSTRUCTION: "してほしいことを、1つ以上選んでください。",
    AlertRefusal.NOBODY_TO_CALL: f"連絡先を、{LONGEST_WHO}文字までで書いてください。",
    AlertRefusal.JUDGING_WORD: "人を決めつける言葉は書けません。課の名前や内線だけを書いてください。",
    AlertRefusal.NO_GROUND: "その実施機関に知らせる根拠が、市の設定にありません。",
    AlertRefusal.NO_FINDING: "長い警報には、判断ボードの判断が要ります。",
    AlertRefusal.NO_TIME: "いまより後の時刻を選んでください。",
}
FIELDS: Mapping[AlertRefusal, str] = {
    AlertRefusal.NO_INSTRUCTION: "instruction",
    AlertRefusal.NOBODY_TO_CALL: "who",
    AlertRefusal.JUDGING_WORD: "who",
    AlertRefusal.NO_GROUND: "agency",
    AlertRefusal.NO_TIME: "hour",
}
"""Beside which field of the form it is told; what has none is told at the top."""
REASON_MISSING = f"取り消す理由を、{LONGEST_REASON}文字までで書いてください。"
REASON_JUDGES = "人を決めつける言葉は書けません。何が変わったかを書いてください。"
