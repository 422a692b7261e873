"""What each alarm means, in words: what happened, what is safe, what to do.

A code without an entry still shows, with general words: a new alarm must never be invisible.
"""

from __future__ import annotations

from api.alarm_text import AlarmText
from api.call_alarm_texts import CALL_ALARM_TEXTS

_GENERAL = AlarmText(
    "確認が必要なことがあります",
    "システム管理の担当に知らせてください。通話はそのまま続けられます。",
)

ALARM_TEXTS: dict[str, AlarmText] = {
    **CALL_ALARM_TEXTS,
    "recording-name-unknown": AlarmText(
        "どの通話のものか分からない録音があります",
        "録音は電話サーバーに残っています。システム管理の担当は、録音フォルダーを確かめてください。",
    ),
    "recording-of-unknown-line": AlarmText(
        "設定にない窓口の録音があります",
        "録音は電話サーバーに残っています。市の設定ファイルの窓口を確かめてください。",
    ),
    "notice-missing": AlarmText(
        "録音の案内が流れたことを確かめられません",
        "この通話は「未告知」です。使う必要があるときは、管理者が通話のページで理由を書いて開いてください。",
    ),
    "recording-missing": AlarmText(
        "通話の録音が見つかりません",
        "通話のメモを残してください。システム管理の担当は、電話サーバーの録音フォルダーを確かめてください。",
    ),
    "recording-unreadable": AlarmText(
        "録音を読み取れません",
        "録音のファイルは残してあります。システム管理の担当は、ファイルを確かめてください。",
    ),
    "recording-empty": AlarmText(
        "音の入っていない録音があります",
        "通話のメモを残してください。電話機と回線の接続を確かめてください。",
    ),
    "recording-silent": AlarmText(
        "声の入っていない録音があります",
        "通話のページで録音を確かめてください。電話機と回線の接続も確かめてください。",
    ),
    "recording-one-sided": AlarmText(
        "片方の声だけの録音があります",
        "通話のページで録音を確かめてください。電話機の接続も確かめてください。",
    ),
    "recording-hall-fell-silent": AlarmText(
        "庁内側の声が途中から録れていません",
        "通話のメモを残してください。"
        "システム管理の担当は、運用の手引き「Asterisk の録音の欠け」を見てください。",
    ),
    "recording-missing-track": AlarmText(
        "片方の声の録音が見つかりません",
        "残っていた分は保管しました。システム管理の担当は、電話サーバーの録音フォルダーを確かめてください。",
    ),
    "recording-unreadable-track": AlarmText(
        "片方の声の録音を読み取れません",
        "読み取れた分は保管しました。システム管理の担当は、電話サーバーの録音フォルダーを確かめてください。",
    ),
    "recording-length-differs": AlarmText(
        "録音の長さが通話の長さと違います",
        "通話のページで録音を確かめてください。抜けている部分があるかもしれません。",
    ),
    "recording-salvaged": AlarmText(
        "途中で止まった録音を救い出しました",
        "残っていた分は保管しました。終わりの部分が欠けていることがあります。",
    ),
    # The vault
    "vault-cannot-write": AlarmText(
        "保管庫に書き込めません",
        "録音は電話サーバーに残っています。保管先の空き容量と権限を確かめてください。自動でもう一度試します。",
    ),
    "objects-not-removed": AlarmText(
        "廃棄した録音のファイルが残っています",
        "鍵は消したので、もう開けません。保管先の権限を直してから、もう一度廃棄してください。",
    ),
    "destroyer-stopped": AlarmText(
        "録音の廃棄が1時間以上行われていません",
        "通話と録音は続いています。取り込みの処理（worker）が動いているか確かめてください。動けば、期限の過ぎたものから廃棄します。",
    ),
    "destruction-not-proven": AlarmText(
        "廃棄の点検が1日以上行われていません",
        "取り込みの処理（worker）が動いているか確かめてください。",
    ),
    "destroyed-but-left": AlarmText(
        "廃棄したもの、または期限の過ぎたものが残っています",
        "鍵がなければ開けません。./tsuwaroku vault verify で確かめ、システム管理の担当に知らせてください。",
    ),
    "destroyed-not-rewritten": AlarmText(
        "廃棄した録音の文字が、データベースのファイルに1日以上残っています",
        "画面からは見えません。夜間にデータベースを使い続けている処理がないか確かめてください。自動でもう一度試します。",
    ),
    "keys-do-not-fit": AlarmText(
        "暗号の鍵が、前に封緘した録音や番号に合いません",
        "通話と録音は続いています。今の鍵も残したまま、正しい鍵の写しを戻してください（keys check）。",
    ),
    "key-rotation-unfinished": AlarmText(
        "暗号の鍵の入れ替えが途中です",
        "録音はすべて開けます。./tsuwaroku keys rotate をもう一度実行してください。",
    ),
    "destructions-not-sent": AlarmText(
        "廃棄した録音の一覧を外に送れません",
        "廃棄は済んでいます。送り先が使えるか確かめてください。送れない間に機械を失うと、写しを戻すとき、"
        "廃棄したものが戻ることがあります。",
    ),
    "head-not-sent": AlarmText(
        "閲覧記録の控えを外に送れません",
        "記録は続いています。送り先が使えるか確かめてください。送れない間に切り落とされた記録は、控えでは分かりません。",
    ),
    "access-chain-broken": AlarmText(
        "閲覧記録の照合が合いません",
        "記録が書き換えられたおそれがあります。すぐにシステム管理の責任者に知らせてください。",
    ),
    "urgent-opening": AlarmText(
        "緊急閲覧がありました",
        "ほかの部署の管理者が、理由を書いて、この通話を短い時間だけ開きました。「閲覧の権利」で、だれが、なぜ開いたかを確かめてください。",
    ),
    # The work after the call
    "model-missing": AlarmText(
        "文字起こしのモデルがありません",
        "録音は保管しています。モデルの場所の設定を確かめてください。直ると、文字起こしを始めます。",
    ),
    "job-parked-transcribe-recording": AlarmText(
        "文字起こしのできなかった録音があります",
        "録音は無事で、もう聞けます。システム管理の担当は、メモリーが足りるか、記録に何があるかを確かめ、もう一度始めてください。通話の画面からも頼めます。",
    ),
    "job-parked-capture-recording": AlarmText(
        "録音を保管庫に移せないままです",
        "録音は電話サーバーに残っています。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-promote-recording": AlarmText(
        "フラグの付いた録音を長い保存に移せないままです",
        "フラグの付いた録音は廃棄されません。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-make-corrections": AlarmText(
        "文字起こしの訂正を反映できないままです",
        "訂正は保存しています。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-compare-recordings": AlarmText(
        "録れていない電話の照合が終わりません",
        "録音には影響ありません。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-measure-voice": AlarmText(
        "声の手がかりを測れません",
        "録音と文字起こしには影響ありません。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-import-recording": AlarmText(
        "録音機のファイルを取り込めません",
        "受け取ったファイルは残っています。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-make-bundle": AlarmText(
        "交付用のファイルを作れません",
        "録音の原本と不開示部分は残っています。システム管理の担当は原因（空き容量など）を取り除き、もう一度始めてください。",
    ),
    "job-parked-hear-bundle": AlarmText(
        "交付用のファイルを聞き直せません",
        "作ったファイルは残っています。システム管理の担当は原因を取り除いてください。待たずに交付するかは、情報開示担当が画面で決められます。",
    ),
    "job-parked-read-signals": AlarmText(
        "兆候を調べられません",
        "録音と文字起こしには影響ありません。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "job-parked-derive-listening-copy": AlarmText(
        "再生用の録音を作れません",
        "録音の原本は保管しています。システム管理の担当は原因を取り除き、もう一度始めてください。",
    ),
    "visit-silent": AlarmText(
        "訪問中の職員から連絡がありません",
        "「訪問」のページで連絡先を見て、すぐに電話してください。つながらないときは、上司に知らせ、ほかの職員が向かってください。危険なときは110番へ。",
    ),
    # What the watches see
    "unrecorded-calls": AlarmText(
        "録れていない電話が見つかりました",
        "「録れていない電話」のページで、どの通話かを確かめてください。",
    ),
    "sip-sign-ins-refused": AlarmText(
        "電話機の登録が何度も断られています",
        "断っているので、通話は安全です。パスワードの違う電話機がないか、だれかが試していないか、確かめてください。",
    ),
    "sip-certificate-ends": AlarmText(
        "電話機用の証明書の期限が30日以内に切れます",
        "期限が切れると、暗号化している電話機と回線がつながらなくなります。起動し直すか、新しい証明書を置いてください。",
    ),
    "disk-low-spool": AlarmText(
        "電話サーバーの録音用ディスクの空きが減っています",
        "通話は続けられます。古いファイルを整理するか、ディスクを増やしてください。",
    ),
    "disk-low-journal": AlarmText(
        "通話の記録を書くディスクの空きが減っています",
        "通話は続けられます。古いファイルを整理するか、ディスクを増やしてください。",
    ),
    "disk-low-vault": AlarmText(
        "録音の保管庫のディスクの空きが減っています",
        "録音は続けられます。保管期間を見直すか、ディスクを増やしてください。",
    ),
    "disk-urgent-spool": AlarmText(
        "【至急】電話サーバーの録音用ディスクがもうすぐいっぱいになります",
        "いっぱいになると、通話はつながりますが録音できません。すぐに空きを作ってください。",
    ),
    "disk-urgent-journal": AlarmText(
        "【至急】通話の記録を書くディスクがもうすぐいっぱいになります",
        "いっぱいになると、電話サーバーだけの応対に切り替わります。すぐに空きを作ってください。",
    ),
    "disk-urgent-vault": AlarmText(
        "【至急】録音の保管庫がもうすぐいっぱいになります",
        "いっぱいになると、録音は電話サーバーに残ったままになります。すぐに空きを作ってください。",
    ),
    "jobs-late-capture": AlarmText(
        "録音の取り込みが遅れています",
        "録音は電話サーバーに残っています。取り込みの処理（worker）が動いているか確かめてください。",
    ),
    "jobs-late-derive": AlarmText(
        "再生用の録音を作る処理が遅れています",
        "録音は保管しています。取り込みの処理（worker）が動いているか確かめてください。",
    ),
    "jobs-late-transcribe": AlarmText(
        "文字起こしが半日近く遅れています",
        "録音は聞けます。文字起こしの処理（speech）が動いているか、機械が足りているか確かめてください。",
    ),
    "calls-not-claimed": AlarmText(
        "電話サーバーだけで応対した通話があります（受け取れませんでした）",
        "通話は続け、録音もしました（随時録音の窓口を除きます）。通話の進行（telephony）が動いているか、機械が混んでいないか確かめてください。",
    ),
    "claims-late": AlarmText(
        "通話の受け取りに時間がかかっています",
        "通話と録音は続いています。さらに遅れると、電話サーバーだけの応対になります。機械の混み具合を確かめてください。",
    ),
    "recordings-stretched": AlarmText(
        "長さの合わない録音が続いています",
        "機械の処理が追いつかず、録音が伸び縮みしているおそれがあります。同時の通話数とほかの処理を確かめてください。",
    ),
    "beyond-measured-ceiling": AlarmText(
        "測定した上限を超える数の通話が同時に続いています",
        "通話は断りません。この間の録音は伸び縮みしているおそれがあり、一つずつ印を付けます。続くときは機械を増やしてください。",
    ),
    "events-late": AlarmText(
        "電話サーバーからの知らせが遅れて届いています",
        "通話は続いています。機械の混み具合と、電話サーバーとの時計のずれを確かめてください。",
    ),
    "journal-behind": AlarmText(
        "通話の記録のデータベースへの書き写しが遅れています",
        "記録はディスクに残っています。画面の通話の表示が遅れます。データベースの状態を確かめてください。",
    ),
}


def alarm_text(code: str) -> AlarmText:
    """Return the words for an alarm code."""
    return ALARM_TEXTS.get(code, _GENERAL)
