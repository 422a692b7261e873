"""The console's Japanese words for the codes of the rooms below. No code is ever shown to people.

An unknown code gets a general word, so that a newer telephone side never breaks a page.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers

from core.actors import Role

HERE = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"

CALLER_CLASSES = {
    "number": "番号通知あり",
    "withheld": "非通知",
    "payphone": "公衆電話",
    "unavailable": "表示圏外",
    "unreadable": "番号を読み取れません",
}
PRACTICE_CALLER = "練習の相手"
PHASES = {
    "offered": "着信",
    "answering": "着信",
    "announcing": "録音の案内中",
    "connecting": "呼び出し中",
    "joining": "つないでいます",
    "talking": "通話中",
    "apologising": "おわびの案内中",
    "releasing": "通話を終えています",
    "returned": "電話機で応対中",
    "ended": "終了",
}
OUTCOMES = {
    "talked": "通話しました",
    "abandoned": "つながる前に切れました",
    "no-answer": "応答がありませんでした",
    "busy": "電話機がすべて話し中でした",
    "nobody-there": "電話機がつながりませんでした",
    "unknown": "終わり方を確かめられませんでした",
}
ROLE_NAMES = {
    Role.OPERATOR: "電話担当",
    Role.SUPERVISOR: "管理者",
    Role.RECORDS_OFFICER: "情報開示担当",
    Role.AUDITOR: "監査",
    Role.ADMINISTRATOR: "システム管理",
}

# What was found in a recording when it was sealed. The codes are the vault's; the words tell what to do.
FINDINGS = {
    "one-sided": "片方の声だけが入っています。",
    "hall-fell-silent": "庁内側の声が途中から録れていません。終わりまで無音です。",
    "short": "とても短い録音です。",
    "silent": "声や音が入っていません。",
    "empty": "音が入っていません。",
    "salvaged": "途中で機器が止まったため、残っていた分を保存しました。終わりが欠けていることがあります。",
    "missing-track": "片方の声の録音が見つかりませんでした。",
    "unreadable-track": "片方の声の録音を読み取れませんでした。",
    "padded": "片方の録音が短かったため、終わりを無音で補いました。",
    "beyond-ceiling": "同時の通話が測定した上限を超えていた間の録音です。伸び縮みしているおそれがあります。",
    "length-differs": "録音の長さが通話の長さと違います。抜けている部分があるかもしれません。",
}


def finding(code: str) -> str:
    """Say in words what was found in a recording."""
    return FINDINGS.get(code, "録音に通常と違う点があります。システム管理の担当に知らせてください。")


def day_words(day: date) -> str:
    """Say a day, or the day of a moment here, with its day of the week, as notices of the city do."""
    if isinstance(day, datetime):
        day = day.astimezone(HERE).date()
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def day_time(moment: datetime) -> str:
    """Write a moment like 11月21日(金) 14:05."""
    here = moment.astimezone(HERE)
    return f"{here.month}月{here.day}日({_WEEKDAYS[here.weekday()]}) {here:%H:%M}"


def full_time(moment: datetime) -> str:
    """Write a moment like 2026年11月21日(金) 14:05:09."""
    here = moment.astimezone(HERE)
    return f"{here.year}年{here.month}月{here.day}日({_WEEKDAYS[here.weekday()]}) {here:%H:%M:%S}"


def clock_time(moment: datetime) -> str:
    """Write a moment of today like 14:05."""
    return f"{moment.astimezone(HERE):%H:%M}"


def length(span: timedelta | float) -> str:
    """Write a length like 42秒, 3分05秒 or 1時間02分."""
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    if seconds < 60:  # noqa: PLR2004  a minute
        return f"{seconds}秒"
    if seconds < 3600:  # noqa: PLR2004  an hour
        return f"{seconds // 60}分{seconds % 60:02}秒"
    return f"{seconds // 3600}時間{seconds % 3600 // 60:02}分"


def position(seconds: float) -> str:
    """Write a place in a recording like 02:07, or 1:02:07."""
    whole = int(seconds)
    hours = f"{whole // 3600}:" if whole >= 3600 else ""  # noqa: PLR2004  an hour
    return f"{hours}{whole % 3600 // 60:02}:{whole % 60:02}"


def percent(share: float) -> str:
    """Write a share of 0..1 as a percentage without a fraction: 12%."""
    return f"{round(share * 100)}%"


def decibels(value: float) -> str:
    """Write a level or a difference with one decimal and a true minus sign: −21.5."""
    return f"{value:.1f}".replace("-", "−")


def number_as_dialled(e164: str) -> str:
    """Write a number as people in Japan dial it: 03-1234-5678; a foreign one with its country."""
    try:
        parsed = phonenumbers.parse(e164, "JP")
    except phonenumbers.NumberParseException:
        return CALLER_CLASSES["unreadable"]
    domestic = parsed.country_code == phonenumbers.country_code_for_region("JP")
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if domestic else style.INTERNATIONAL)
