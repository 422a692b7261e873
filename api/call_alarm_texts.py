"""What alarms about a call that goes on say, in the order of docs/operations.md."""

from __future__ import annotations

from api.alarm_text import AlarmText

CALL_ALARM_TEXTS: dict[str, AlarmText] = {
    "webhook-parked": AlarmText(
        "ほかのシステムに知らせられませんでした（Webhook）",
        "通話と録音は続いています。受信先が動いているか確かめ、「Webhook」のページで「もう一度送る」を押してください。",
    ),
    # The call
    "announcement-not-played": AlarmText(
        "録音の案内を流せませんでした",
        "通話と録音は続けました。案内が流れた証明がないときは「未告知」となり、管理者が理由を書いて開くまで使えません。",
    ),
    "recording-not-started": AlarmText(
        "録音を始められませんでした",
        "記録・フラグが押されましたが、この通話はまだ録音されていません。もう一度押してください。続くときは、電話サーバーを確かめてください。",
    ),
    "recording-not-stopped": AlarmText(
        "録音を止められませんでした",
        "録音を望まない方の通話で、録音が続いています。相手に伝え、電話サーバーを確かめてください。",
    ),
    "disaster-switch-not-told": AlarmText(
        "災害時の切り替えが電話サーバーに届いていません",
        "録音のお知らせは、ふだんのまま流れています。通話と録音は続いています。電話サーバーが動いているか確かめてください。",
    ),
    "apology-not-played": AlarmText(
        "おわびの案内を流せませんでした",
        "電話に出られないことを、相手に伝えられていません。必要なら、担当からかけ直してください。",
    ),
    "returned-to-dialplan": AlarmText(
        "電話サーバーだけで応対した通話があります",
        "通話は続け、録音もしました（随時録音の窓口を除きます）。録音は、通話のあとで取り込みます。",
    ),
    "return-refused": AlarmText(
        "電話サーバーに通話を戻せませんでした",
        "相手がつながったままか確かめ、必要なら、担当からかけ直してください。",
    ),
    "caller-not-released": AlarmText(
        "通話を終わらせる操作が届きませんでした",
        "相手が電話を切れば終わります。続くときは、電話サーバーを確かめてください。",
    ),
    "hold-failed": AlarmText(
        "保留の音楽を流せませんでした",
        "通話は、すぐに職員へ戻しました。続くときは、電話サーバーを確かめてください。",
    ),
    "call-driver-failed": AlarmText(
        "通話の制御が途中で止まりました",
        "通話と録音は電話サーバーで続いています。続くときは、記録を添えて開発元に知らせてください。",
    ),
    "journal-late": AlarmText(
        "通話の記録の書き込みが遅れました", "通話は続けました。ディスクの負荷と空き容量を確かめてください。"
    ),
    "journal-damaged": AlarmText(
        "通話の記録に読めない部分があります",
        "録音は別に残っています。システム管理の担当は、記録のファイルとディスクを確かめてください。",
    ),
    "journal-entry-rejected": AlarmText(
        "データベースに入らない通話の記録があります",
        "録音は別に残っています。続くときは、記録を添えて開発元に知らせてください。",
    ),
    "journal-conflict": AlarmText(
        "通話の記録に食い違いがあります",
        "先に届いた記録を残しました。録音は別に残っています。続くときは、記録を添えて開発元に知らせてください。",
    ),
    # The recording
}
