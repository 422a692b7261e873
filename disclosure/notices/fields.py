"""What a notice says about its request: a value for each field of the Word file. Pure.

What the program does not know it never makes up: such a field holds a blank in brackets that says what is to
be written there, in Word, by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.profile.disclosure import RequestKind
from disclosure import request_events as on
from disclosure.clock import Limits, limits_of
from disclosure.notices.articles import Article
from disclosure.notices.kinds import NoticeKind
from disclosure.open_days import OpenDays
from disclosure.remedies import opens_after_objection
from disclosure.request import Request

_REIWA, _REIWA_FIRST = 2018, date(2019, 5, 1)
_WEEKDAYS = "月火水木金土日"

FIELDS: Mapping[str, str] = {
    "通知日": "この通知を作った日",
    "実施機関": "実施機関の名前",
    "決定した者": "決定した者の職",
    "宛先": "送る相手の名前",
    "宛先の住所": "送る相手の住所",
    "代理の表示": "代理人による請求のとき、だれの代理かを示す一行",
    "受付番号": "請求の受付番号",
    "請求の種類": "請求の種類",
    "請求日": "請求を受け付けた日",
    "対象": "何についての請求か",
    "利用目的": "開示する保有個人情報の利用目的",
    "実施の方法": "開示の方法、場所、日時",
    "根拠条文": "この通知の根拠の条文",
    "決裁番号": "決裁番号",
    "決定日": "決定の日",
    "理由": "決定、延長などの理由",
    "開示する理由": "反対した第三者に知らせる、開示することにした理由",
    "前の期限": "延長や特例の前の期限",
    "後の期限": "延長や特例の後の期限",
    "延長日数": "延長した日数",
    "残りの期限": "残りを決定する期限",
    "補正の内容": "補正を求めること",
    "移送先": "移送した先",
    "意見書の期限": "意見書を出していただく期限",
    "開示する日": "反対があったとき、開示を始められる最初の日",
}  # fmt: skip
"""Fields that a Word file may use, and what each holds. It need not use all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom a notice goes."""

    name: str
    address: str
    stands_for: str = ""
    """Of an agent: the person who asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What an officer typed for this notice; it is kept nowhere else."""

    subject: str = ""
    purpose: str = ""
    carrying_out: str = ""
    basis: str = ""
    """Where no article was read."""
    disclosed_for: str = ""
    """Of an objection: why it is disclosed all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice about one step of a request."""

    kind: NoticeKind
    event: on.RequestEvent
    before: Request
    """As it stood before the step."""
    after: Request
    agency: str
    kind_name: str
    """Of the request, in Japanese."""
    to: Addressee
    article: Article | None
    typed: Typed
    today: date


def fields_of(notice: Notice, days: OpenDays) -> dict[str, str]:
    """Return the value of every field.

    Args:
        notice: what is told
        days: on which the hall is open, for the limits
    """
    typed = notice.typed
    basis = notice.article.article if notice.article else ""
    known = {
        "通知日": day_of(notice.today),
        "実施機関": notice.agency,
        "宛先": notice.to.name,
        "宛先の住所": notice.to.address,
        "代理の表示": f"（{notice.to.stands_for} 様の代理人）" if notice.to.stands_for else " ",
        "受付番号": notice.after.receipt,
        "請求の種類": notice.kind_name,
        "請求日": day_of(notice.after.received),
        "対象": typed.subject,
        "利用目的": typed.purpose if notice.after.kind is RequestKind.PERSONAL else "（該当しません）",
        "実施の方法": typed.carrying_out,
        "根拠条文": basis or typed.basis,
        **_of_step(notice, days),
    }
    return {name: known.get(name) or f"【{says}を書いてください】" for name, says in FIELDS.items()}


def day_of(day: date) -> str:
    """Return a day as notices write it, in the Japanese calendar: ``令和8年11月23日（月）``."""
    weekday = _WEEKDAYS[day.weekday()]
    if day < _REIWA_FIRST:
        return f"{day.year}年{day.month}月{day.day}日（{weekday}）"
    year = day.year - _REIWA
    return f"令和{'元' if year == 1 else year}年{day.month}月{day.day}日（{weekday}）"


def _of_step(notice: Notice, days: OpenDays) -> dict[str, str]:
    match notice.event:
        case on.Decided():
            return _of_decision(notice.event)
        case on.ObjectorTold():
            return _of_objection(notice)
        case on.Extended() | on.SplitTold():
            return _of_longer(notice.event, notice, days)
        case _:
            return _of_letter(notice.event)


def _of_decision(made: on.Decided) -> dict[str, str]:
    return {
        "決定日": day_of(made.on), "決裁番号": made.filed, "決定した者": made.decider, "理由": made.reason,
    }  # fmt: skip


def _of_objection(notice: Notice) -> dict[str, str]:
    """Of a decision, for who objected: never its reason, which tells the requester what is kept from them."""
    made = notice.after.decision
    if made is None:
        return {}
    return {
        "決定日": day_of(made.on), "決裁番号": made.filed, "決定した者": made.decider,
        "開示する日": day_of(opens_after_objection(made.on)), "開示する理由": notice.typed.disclosed_for,
    }  # fmt: skip


def _of_longer(event: on.Extended | on.SplitTold, notice: Notice, days: OpenDays) -> dict[str, str]:
    then, now = _limits(notice.before, days), _limits(notice.after, days)
    told = {"理由": event.reason, "前の期限": _day(then.limit), "後の期限": _day(now.limit)}
    if isinstance(event, on.SplitTold):
        return {**told, "残りの期限": day_of(event.rest_until)}
    return {**told, "延長日数": f"{event.days}日"}


def _of_letter(event: on.RequestEvent) -> dict[str, str]:
    match event:
        case on.AmendingAsked():
            return {"補正の内容": event.what}
        case on.PassedOn():
            return {"移送先": event.to}
        case on.ThirdPersonAsked():
            return {"意見書の期限": day_of(event.until)}
        case _:
            return {}


def _limits(request: Request, days: OpenDays) -> Limits:
    return limits_of(request.course, request.term, days)


def _day(day: date | None) -> str:
    return day_of(day) if day else ""
