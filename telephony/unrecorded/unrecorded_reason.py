"""What can be odd about a call's recording, and how the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """What does not fit."""

    MISSING = "missing"
    UNKNOWN_CALL = "unknown-call"
    UNLINKED = "unlinked"
    ONE_SIDED = "one-sided"
    HALL_FELL_SILENT = "hall-fell-silent"
    SILENT = "silent"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    CUT_OFF = "cut-off"
    WAITING = "waiting"
    NOT_TRANSCRIBED = "not-transcribed"
    NOTICE_MISSING = "notice-missing"


SENTENCES: Mapping[Reason, str] = {
    Reason.MISSING: "通話はありましたが、録音がありません。",
    Reason.UNKNOWN_CALL: "電話サーバーには通話の控えがありますが、通話一覧にありません。",
    Reason.UNLINKED: "録音はありますが、どの通話のものか分かりません。",
    Reason.ONE_SIDED: "片方の声だけが入っています。",
    Reason.HALL_FELL_SILENT: "庁内側の声が途中から録れていません。終わりまで無音です。",
    Reason.SILENT: "声や音が入っていません。",
    Reason.TOO_SHORT: "録音が通話より短くなっています。抜けている部分があるかもしれません。",
    Reason.TOO_LONG: "録音が通話より長くなっています。無音が差し込まれているかもしれません。",
    Reason.CUT_OFF: "途中で電話サーバーが止まりました。終わりの部分が欠けていることがあります。",
    Reason.WAITING: "通話が終わって1時間たちますが、録音がまだ保管庫に入っていません。",
    Reason.NOT_TRANSCRIBED: "保管して1日たちますが、文字起こしがありません。録音は聞けます。",
    Reason.NOTICE_MISSING: "録音の案内が流れた証明がありません（未告知）。",
}
