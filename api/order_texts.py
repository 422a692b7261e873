"""What became of an order to a live call, in words: what happened, and what can be done instead. No blame."""

from __future__ import annotations

ASK_OVER = "ask-over"
"""交代を頼む: the order to take over with a colleague's phone, as people call it."""

ORDER_NAMES = {
    "hold": "保留",
    "resume": "保留をやめる",
    "transfer": "転送",
    "consult": "取次",
    "complete": "取次の相手に代わる",
    "take-back": "取次をやめて戻る",
    "listen": "聴く",
    "whisper": "担当者に助言する",
    "barge": "三者で話す",
    "leave": "通話から離れる",
    "take-over": "担当を交代する",
    "quieter": "相手の声を小さく",
    "say": "文言を音声で流す",
    "start-recording": "録音を始める",
    "refuse-recording": "録音を望まない",
    "hang-up": "電話を切る",
    "bring-in": "外部の方を呼ぶ",
    "let-go": "外部の方との通話を終える",
}

_WAITING = {
    "listen": "あなたの電話機を鳴らしています。取ると聴けます。",
    "whisper": "あなたの電話機を鳴らしています。取ると、担当者にだけ声が届きます。",
    "barge": "準備しています。相手に伝えてから、つなぎます。",
    "take-over": "あなたの電話機を鳴らしています。取ると、担当が代わります。",
    ASK_OVER: "頼んだ人の電話機を鳴らしています。取ると、担当が代わります。",
}
_DONE = {
    "consult": "相手を呼びました。",
    "transfer": "転送先を呼びました。誰も出なければ、この席に戻ります。",
    "listen": "聴いています。あなたの声は誰にも聞こえません。",
    "whisper": "担当者にだけ、あなたの声が届いています。録音には入りません。",
    "barge": "三者で話しています。相手にも声が届いています。",
    "leave": "通話から離れました。",
    "take-over": "担当を交代しました。",
    ASK_OVER: "担当が代わりました。",
    "say": "流しました。",
    "bring-in": "呼び出しています。",
    "start-recording": "録音を始めました。双方にお知らせを流しています。",
    "refuse-recording": "録音を止めました。通話は続いています。",
}
_PHONE = "phone"
"""A ``transfer`` of this ``step`` was asked for with the desk phone's own key (SIP REFER)."""
_QUIETER = {"0": "声を元に戻す", "2": "さらに小さく"}
_RESULTS = {
    "not-now": "いまはできません。通話がつながっているときに、もう一度押してください。",
    "too-late": "時間内にできませんでした。もう一度押してください。",
    "unknown-order": "この操作は使えません。システム管理の担当に知らせてください。",
    "gone": "電話が切れていました。",
    "call-over": "通話が終わりました。",
    "busy": "呼び出した電話機が話し中でした。受話器を置いてから、もう一度押してください。",
    "no-answer": "電話機を取らなかったので、やめました。もう一度押せます。",
    "phone-away": "電話機につながりませんでした。電話機の電源とケーブルを確かめてください。",
    "no-listening": "この窓口は録音しない決まりです。通話を聴くこともできません。",
    "no-announcement": "市の設定に、この言葉の音声がありません。",
    "announcement-not-played": "相手に伝えられなかったので、通話には加わっていません。もう一度押せます。",
    "not-possible": "この通話では、できません。",
    "somebody-first": "ほかの人が先に担当を代わりました。",
    "own-call": "あなたの電話機の通話です。",
    "remind-head": "「決定権を持つ職員は対応しない」ことを確かめてから、交代してください。",
    "unknown-phone": "この電話機は市の設定にありません。席の電話機を選び直してください。",
    "phone-holds": "電話機で保留しています。電話機の保留を解くと、相手と話せます。",
    "outside-not-allowed": "市の設定では、この番号を通話に呼べません。",
    "outside-there": "外部の方が通話に加わっています。先に、外部の方との通話を終えてください。",
    "refer-brought-in": (
        "転送先が外部の番号なので、外部の方として呼び出しました。録音のお知らせを聞いてから通話に加わります。"
        "あなたは通話に残ります。"
    ),
    "refer-joins-outside": (
        "電話機でかけた外部の方との電話は、この通話につなげません。そちらを切ってから、"
        "画面の「外部の方を呼ぶ」を押してください。"
    ),
    "unknown-target": "転送先が見つかりません。電話機か窓口を選び直してください。",
    "explain-first": (
        "録音は続いています。先に「録音の説明」を読み上げてください。"
        "それでも望まれなければ、もう一度押してください。"
    ),
    "offer-other-way": "録音は続いています。「ほかの方法の案内」を読み上げて、ご用件を伺ってください。",
    "already-recording": "この通話は、もう録音しています。",
    "not-wanted": "録音を望まない方の通話なので、録音は止めたままです。",
    "asked-busy": "呼んだ電話機は話し中でした。電話の相手との通話に戻りました。",
    "asked-no-answer": "呼んだ電話機は取られませんでした。電話の相手との通話に戻りました。",
    "asked-unreachable": "呼んだ電話機につながりませんでした。電話の相手との通話に戻りました。",
    "asked-gone": "取次の相手の電話が切れました。電話の相手との通話に戻りました。",
    "asked-lost": "取次の相手とつながりませんでした。電話の相手との通話に戻りました。",
    "came-back-busy": "転送先の電話機は話し中でした。元の電話機に戻しました。",
    "came-back-no-answer": "転送先の電話機は取られませんでした。元の電話機に戻しました。",
    "came-back-unreachable": "転送先の電話機につながりませんでした。元の電話機に戻しました。",
    "came-back-gone": "転送先の電話が切れました。元の電話機に戻しました。",
    "came-back-lost": "転送先とつながりませんでした。元の電話機に戻しました。",
}
_NOT_NOW = {
    "hold": "いまは保留できません。相手と話しているときに押してください。",
    "resume": "いまは保留していません。",
    "complete": "いまは取次をしていません。先に「取次（先に話す）」を押してください。",
    "take-back": "いまは取次をしていません。",
    "refuse-recording": "いまは録音していないか、相手と話していません。",
}

_ASKED_OVER = {
    "busy": "頼んだ人の電話機は話し中でした。ほかの人に頼めます。",
    "no-answer": "頼んだ人は電話を取りませんでした。ほかの人に頼めます。",
    "phone-away": "頼んだ人の電話機につながりませんでした。ほかの人に頼めます。",
    "own-call": "頼んだ人が、この通話の担当です。",
}


def order_name(kind: str, step: str | None = None) -> str:
    """Name an order as its button is named; ``step`` is how quiet the caller is to be."""
    if kind == "transfer" and step == _PHONE:
        return "電話機からの転送"
    if kind == "quieter" and step in _QUIETER:
        return _QUIETER[step]
    return "交代を頼む" if kind == ASK_OVER else ORDER_NAMES.get(kind, "操作")


def result_text(kind: str, result: str | None) -> str:
    """Say what became of an order.

    Args:
        kind: what was ordered
        result: its code; None while nobody has acted on it
    """
    if result is None:
        return _WAITING.get(kind, "伝えています。")
    if result == "done":
        return _DONE.get(kind, "できました。")
    if result == "not-now" and kind in _NOT_NOW:
        return _NOT_NOW[kind]
    if kind == ASK_OVER and result in _ASKED_OVER:
        return _ASKED_OVER[result]
    return _RESULTS.get(result, "できませんでした。もう一度押すか、口頭で伝えてください。")
