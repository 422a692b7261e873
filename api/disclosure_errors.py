"""What people read when a step of a request cannot be taken: by code, a heading and what to do."""

from __future__ import annotations

from collections.abc import Mapping

DISCLOSURE_ERRORS: Mapping[str, tuple[str, str]] = {
    "request-stage": (
        "請求は、この操作ができる段階にありません",
        "何も変えていません。請求を開き直して、いまの段階を確かめてください。",
    ),
    "request-words-missing": (
        "書かなければならないところが空いています",
        "何も変えていません。戻って、理由や番号を書いてください。",
    ),
    "identity-missing": (
        "請求した方が本人かどうかが、まだ確かめられていません",
        "何も変えていません。先に「本人を確かめた」を書いてください。",
    ),
    "agent-not-cleared": (
        "代理人について、まだ確かめられていません",
        "何も変えていません。先に、利益の対立と支援措置を確かめてください。",
    ),
    "remedies-not-told": (
        "通知書に教示が書かれていません",
        "何も変えていません。不服の申立てと訴訟ができることを通知書に書いてから、決定してください。",
    ),
    "third-person-waiting": (
        "第三者の意見書の期限が、まだ来ていません",
        "何も変えていません。意見が届くか、期限が過ぎてから決定してください。",
    ),
    "objector-not-told": (
        "反対した第三者に、決定がまだ知らされていません",
        "何も変えていません。決定の理由と実施の日を書面で知らせてから、実施してください。",
    ),
    "too-early": (
        "決定から2週間たっていません",
        "何も変えていません。反対した第三者が不服を申し立てられるように、決定の日と実施の日の間に2週間を置きます。",
    ),
    "day-wrong": (
        "日が正しくありません",
        "何も変えていません。先のことより前の日や、まだ来ていない日は書けません。",
    ),
    "nothing-to-disclose": (
        "開示する決定ではありません",
        "何も変えていません。",
    ),
    "remedies-open": (
        "審査請求か訴訟が続いています",
        "何も変えていません。終わってから、この請求を終わらせてください。",
    ),
}
