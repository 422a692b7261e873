"""What a key of one's own reaches, in words."""

from __future__ import annotations

from collections.abc import Mapping

from api.own_keys import Reaches

REACH_NAMES: Mapping[str, str] = {
    Reaches.CALLS: "通話の事実を読む（相手の番号は出ません）",
    Reaches.CALLERS: "通話の番号からの電話の数を読む（番号は出ません）",
    Reaches.CALLERS_WRITE: "共用の番号の印を付ける、外す",
    Reaches.SIGNALS: "兆候を読む",
    Reaches.SIGNALS_WRITE: "兆候に、見たことと理由、通報したことを書く",
    Reaches.INCIDENTS: "事案を読む",
    Reaches.INCIDENTS_WRITE: "事案を作る、確認に回す、決裁日を書く",
    Reaches.BOARD: "判断ボードの意見、所属長確認、合議、決定を、わたしの名前で書く",
    Reaches.ALERTS: "庁内警報を読む",
    Reaches.ALERTS_WRITE: "庁内警報を出す、取り消す、確かめる",
    Reaches.PROVISIONS: "提供台帳を読む",
    Reaches.IMPORTS: "録音機のファイルについて書かれたことを読む（音は出ません）",
    Reaches.PAPERS: "決定の文書（PDF。引用した言葉も入っています）を取り出す",
    Reaches.QUOTES: "引用を並べる、目的を言って書き出す",
    Reaches.VISITS: "訪問を読む",
    Reaches.VISITS_WRITE: "訪問を始める、連絡を書く、終える",
    Reaches.REPORTS: "統計を読む",
}
