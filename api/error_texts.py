"""What people read when something cannot be done: what happened, what is safe, what to do. No blame.

The code of an error is stable and English; these words are Japanese and may change.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.alert_texts import REFUSALS
from api.case_texts import CASE_ERRORS
from api.disclosure_errors import DISCLOSURE_ERRORS


@dataclass(frozen=True, slots=True)
class ErrorText:
    """A heading and what to do next."""

    title: str
    advice: str

    @property
    def told(self) -> str:
        """Both as running text, beside the question that it is about."""
        return f"{self.title}。{self.advice}"


ERROR_TEXTS: dict[str, ErrorText] = {
    **{f"alert-{why.value}": ErrorText("この庁内警報は出せません", words) for why, words in REFUSALS.items()},
    **{code: ErrorText(*words) for code, words in {**CASE_ERRORS, **DISCLOSURE_ERRORS}.items()},
    "not-found": ErrorText(
        "ページが見つかりません",
        "お探しのページや通話がないか、見る権限がありません。必要なときは、担当部署の管理者に相談してください。",
    ),
    "access-denied": ErrorText(
        "この内容を見る権限がありません",
        "必要なときは、担当部署の管理者に相談してください。（閲覧の試みは記録されました）",
    ),
    "not-your-role": ErrorText(
        "この画面は、あなたの役割では使えません", "必要なときは、システム管理の担当に相談してください。"
    ),
    "not-signed-in": ErrorText(
        "もう一度ログインしてください",
        "しばらく操作がなかったため、安全のためにログアウトしました。通話と録音は続いています。",
    ),
    "no-token": ErrorText(
        "プログラム用の鍵（トークン）が要ります",
        "鍵がないか、期限が切れています。システム管理の担当に、新しい鍵を発行してもらってください。",
    ),
    "file-too-large": ErrorText(
        "ファイルが大きすぎます",
        "ファイルは受け取っていません。録音機やパソコンで分けるか、"
        "MP3 などの小さい形式にして、もう一度お試しください。",
    ),
    "empty-file": ErrorText(
        "ファイルが選ばれていないか、中身がありません", "録音のファイルを選んで、もう一度お試しください。"
    ),
    "same-file": ErrorText(
        "同じファイルが、すでに保管されています",
        "今回の分は保管していません。前に取り込んだものを使ってください。",
    ),
    "no-room-for-files": ErrorText(
        "いまは、ファイルを受け取る余裕がありません",
        "通話の録音を先にするため、空きを残しています。ファイルは手元に残し、システム管理の担当に知らせてください。",
    ),
    "object-store-full": ErrorText(
        "保管庫がいっぱいで、ファイルを受け取れません",
        "ファイルは手元に残し、システム管理の担当に知らせてください。",
    ),
    "too-many-files": ErrorText(
        "ほかのファイルを受け取っています", "数分待ってから、もう一度お試しください。"
    ),
    "upload-broken": ErrorText(
        "ファイルが途中で切れました", "ファイルは保管していません。もう一度、最初からお試しください。"
    ),
    "upload-too-slow": ErrorText(
        "ファイルの受け取りに時間がかかりすぎました",
        "ファイルは保管していません。通信のよい所で、もう一度お試しください。",
    ),
    "press-used": ErrorText(
        "この操作は受け付けていません",
        "同じ操作が、別の内容や別の通話ですでに届いています。今回の分は何も行っていません。"
        "ページを開き直して、もう一度お願いします。",
    ),
    "alert-over": ErrorText(
        "この庁内警報は、もう終わっています",
        "時間が過ぎたか、ほかの人が先に取り消しました。「庁内警報」のページを開き直してください。",
    ),
    "too-many-plays": ErrorText(
        "同時に開いている音声が多すぎます",
        "ほかの画面の再生を閉じてから、もう一度再生してください。",
    ),
    "written-meanwhile": ErrorText(
        "ほかの方が先に書きました",
        "今回の分は保存していません。事案を開き直して、書かれたことを読んでから、もう一度お願いします。",
    ),
    "not-a-judge": ErrorText(
        "この事案の判断をする人として、呼ばれていません",
        "何も変えていません。必要なときは、所属長に相談してください。",
    ),
    "own-call-judged": ErrorText(
        "ご自分が話した通話の判断は、ほかの方が行います", "何も変えていません。記録を書くことはできます。"
    ),
    "not-your-step": ErrorText(
        "この操作は、ほかの役の方が行います",
        "何も変えていません。事案のページに、次に行う人が書いてあります。",
    ),
    "same-person-twice": ErrorText(
        "確認した方とは別の方が合議します", "何も変えていません。ほかの管理者に頼んでください。"
    ),
    "wrong-stage": ErrorText(
        "事案は、この操作ができる段階にありません",
        "何も変えていません。事案を開き直して、いまの段階を確かめてください。",
    ),
    "finding-missing": ErrorText(
        "複数の人による該当の判断が、まだありません",
        "何も変えていません。対応の中止と、長く続く措置は、判断のあとに行えます。警告の言葉は、いつでも使えます。",
    ),
    "police-not-told": ErrorText(
        "警察へ伝えた措置が、まだ書かれていません",
        "何も変えていません。110番や警察相談を先に行い、措置に書いてから決定してください。",
    ),
    "judges-missing": ErrorText(
        "判断できる人が足りません",
        "何も変えていません。所属長が不在のときは「不在」に印を付けてください。市の設定（casework）も確かめてください。",
    ),
    "case-words-missing": ErrorText(
        "理由や内容を書いてください", "何も変えていません。書いてから、もう一度お願いします。"
    ),
    "unknown-kind": ErrorText(
        "この事案の基本方針にない型や行為です", "何も変えていません。事案を開き直して、選び直してください。"
    ),
    "nothing-to-open": ErrorText(
        "その時刻の通話が見つかりません",
        "窓口と時刻を確かめてください。ほかの部署の、もう終わった通話だけを緊急に開けます。（閲覧の試みは記録されました）",
    ),
    "urgent-reason-missing": ErrorText(
        "緊急閲覧の理由を書いてください", "5文字以上500文字以内で書いて、もう一度開いてください。"
    ),
    "unsuitable-deputy": ErrorText(
        "この人には代理を頼めません",
        "ログイン名と終わりの日（93日以内）を確かめてください。頼めるのは、その部署だけの電話担当か、ほかの部署の管理者です。"
        "代理の人は、ほかの人に代理を頼めません。",
    ),
    "unsuitable-listener": ErrorText(
        "この人には頼めません", "この部署の電話担当で、この通話を担当していない人を選んでください。"
    ),
    "unsuitable-member": ErrorText(
        "グループを変えられません",
        "ログイン名を確かめてください。グループには、管理者が一人は残ります。",
    ),
    "not-to-restrict": ErrorText(
        "この通話に制限をかけられません",
        "すでに制限がかかっているか、自分の部署の通話でないか、入っていないグループです。",
    ),
    "own-ending": ErrorText(
        "ご自身が話している通話の中止は、ほかの管理者が認めます",
        "対応の中止は複数の職員で判断します。「判断を求める」を押すと、ほかの管理者の画面に出ます。"
        "電話を切ることは、いつでもできます。",
    ),
    "call-over": ErrorText(
        "この通話は終わりました", "続けて困っているときは、近くの管理者に声をかけてください。"
    ),
    "no-phone": ErrorText(
        "席の電話機が選ばれていません", "画面の上で席の電話機を選んでから、もう一度押してください。"
    ),
    "colleague-not-free": ErrorText(
        "頼んだ職員は、いま代われません",
        "ほかの電話に出ているか、席を離れています。画面を更新して、ほかの職員を選んでください。",
    ),
    "card-missing": ErrorText(
        "文字の連絡を書いてください", "1行、200文字までで書いて、もう一度出してください。"
    ),
    "superior-words-missing": ErrorText(
        "上司が相手に伝えた言葉を書いてください", "前の画面に戻り、伝えた言葉を短く書いてください。"
    ),
    "not-judged": ErrorText(
        "対応の中止は、まだ判断されていません",
        "先に管理者に判断を求めてください。受話器を置くことは、いつでもできます。",
    ),
    "cannot-claim": ErrorText(
        "この通話は、あなたの担当にできません",
        "すでに担当の人がいるか、1日より前の通話です。必要なときは、担当部署の管理者に相談してください。",
    ),
    "form-expired": ErrorText(
        "画面の有効期限が切れました",
        "入力は送られていません。前の画面に戻り、ページを更新してから、もう一度お試しください。",
    ),
    "other-origin": ErrorText(
        "別のサイトからの操作は受け付けません", "この画面のボタンから、もう一度お試しください。"
    ),
    "too-large": ErrorText("入力が長すぎます", "短くしてから、もう一度お試しください。"),
    "wrong-content-type": ErrorText(
        "この形式のデータは受け付けません", "この画面のボタンから、もう一度お試しください。"
    ),
    "wrong-input": ErrorText("入力を確かめてください", "前の画面に戻り、内容を直してください。"),
    "wrong-method": ErrorText("この操作はできません", "画面のボタンやリンクを使ってください。"),
    "too-many-sign-ins": ErrorText(
        "ログインが混み合っています", "数秒おいて、もう一度お試しください。通話と録音は続いています。"
    ),
    "factor-unreadable": ErrorText(
        "二段階認証の鍵を開けません",
        "システム管理の担当に知らせてください。担当が二段階認証を解くと、パスワードでログインできます。",
    ),
    "purpose-missing": ErrorText("閲覧の目的を選んでください", "目的を選ぶと、録音と文字起こしを開けます。"),
    "case-number-missing": ErrorText("件番号を書いてください", "この目的では、件番号も書きます。"),
    "case-number-wrong": ErrorText(
        "件番号の形が違います", "決まった形で書いてください。書かれたものは残していません。"
    ),
    "case-number-not-asked": ErrorText(
        "この目的では、件番号を書きません", "件番号を消すか、ほかの目的を選んでください。"
    ),
    "training-only-for-practice": ErrorText(
        "この目的は、練習の通話だけで使えます", "ほかの目的を選んでください。"
    ),
    "reason-missing": ErrorText(
        "理由を書いてください", "利用停止を解く理由は、5文字以上500文字以内で書いてください。"
    ),
    "closed-for-use": ErrorText(
        "未告知のため、利用を停止しています", "必要なときは、この部署の管理者に相談してください。"
    ),
    "recording-destroyed": ErrorText(
        "この録音は廃棄しました", "保存期間が終わったため、録音と文字起こしは残っていません。"
    ),
    "recording-on-hold": ErrorText(
        "この録音は保全しています", "廃棄する必要があるときは、先に理由を書いて保全を解いてください。"
    ),
    "nothing-to-approve": ErrorText(
        "この録音は、廃棄の承認を待っていません",
        "保全しているか、保存期間が残っているか、もう廃棄したものです。「保全と廃棄」のページを開き直してください。",
    ),
    "purpose-not-allowed": ErrorText("この目的は、練習の通話だけで使えます", "ほかの目的を選んでください。"),
    "grant-over": ErrorText(
        "開いてから時間がたちました", "通話のページで目的を選び、もう一度開いてください。"
    ),
    "copy-not-ready": ErrorText("再生の準備中です", "少し待ってから、ページを更新してください。"),
    "seal-broken": ErrorText(
        "録音の照合が合いません",
        "保管している録音が変わっているおそれがあります。システム管理の担当に知らせてください。",
    ),
    "object-missing": ErrorText("録音が保管場所にありません", "システム管理の担当に知らせてください。"),
    "not-heard": ErrorText(
        "この発言を、まだ最後まで聞いていません",
        "「聞く」を押して、終わりまで聞いてから、もう一度押してください。",
    ),
    "heard-too-fast": ErrorText(
        "聞くのにかかる時間が、まだたっていません",
        "1.5倍までの速さで、ほかの音声と重ねずに、もう一度聞いてください。",
    ),
    "too-many-kept": ErrorText(
        "残した検索条件がいっぱいです", "使わなくなったものを消してから、もう一度残してください。"
    ),
    "no-reader": ErrorText(
        "読みを調べる辞書がありません",
        "字の通りの言葉は探せます。システム管理の担当に知らせてください。",
    ),
    "newer-words": ErrorText(
        "文字起こしが新しくなりました", "ページを更新して、新しい言葉を確かめてください。"
    ),
    "nothing-corrected": ErrorText(
        "訂正した言葉を書いてください", "もとの言葉と違う言葉を、1000文字までで書いてください。"
    ),
    "quote-not-heard": ErrorText(
        "この引用は、まだ書き出せません",
        "引用した人が「聞く」を押して終わりまで聞き、確認してから、もう一度押してください。",
    ),
    "export-not-signed": ErrorText(
        "引用ファイルは、まだできていません",
        "アクセス記録の署名を待っています。少し待って、もう一度押してください。",
    ),
    "nothing-quoted": ErrorText("引用する言葉を選んでください", "発言の中の、話された言葉を選んでください。"),
    "recording-unreadable": ErrorText(
        "この部分の音声を取り出せません", "録音は保管しています。システム管理の担当に知らせてください。"
    ),
    "recording-changed": ErrorText(
        "この部分の音声の照合が合いません", "録音は保管しています。システム管理の担当に知らせてください。"
    ),
    "no-such-range": ErrorText("録音のその位置はありません", "録音の長さの中で、もう一度選んでください。"),
    "database-away": ErrorText(
        "ただいま記録を表示できません",
        "通話と録音は続いています。しばらくしてから、ページを更新してください。続くときはシステム管理の担当に知らせてください。",
    ),
    "unexpected": ErrorText(
        "表示できませんでした",
        "通話と録音は続いています。もう一度お試しください。続くときはシステム管理の担当に知らせてください。",
    ),
}


def error_text(code: str) -> ErrorText:
    """Return the words for an error code; an unknown code gets the general ones."""
    return ERROR_TEXTS.get(code, ERROR_TEXTS["unexpected"])
