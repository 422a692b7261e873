"""Which notices there are, and which step of a request each one tells of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from core.profile.disclosure import RequestKind
from disclosure import request_events as on


class NoticeKind(StrEnum):
    """A notice; its value names the Word file."""

    FULL = "full"  # 全部の開示
    PARTIAL = "partial"  # 部分の開示
    NONE = "none"  # 不開示
    ABSENT = "absent"  # 不存在
    NOT_SAID = "not-said"  # 存否応答拒否
    GRANTED = "granted"  # 訂正・利用停止をする
    GRANTED_PART = "granted-part"  # その一部をする
    REFUSED = "refused"  # しない
    PASSED_ON = "passed-on"  # 移送
    EXTENDED = "extended"  # 期限の延長
    SPLIT = "split"  # 大量の請求の特例
    AMENDING = "amending"  # 補正の求め
    OPINION = "opinion"  # 第三者への意見照会
    OBJECTOR = "objector"  # 反対した第三者への通知


_OF_ANSWERS: Mapping[on.Answer, NoticeKind] = {
    on.Answer.FULL: NoticeKind.FULL,
    on.Answer.PARTIAL: NoticeKind.PARTIAL,
    on.Answer.NONE: NoticeKind.NONE,
    on.Answer.ABSENT: NoticeKind.ABSENT,
    on.Answer.NOT_SAID: NoticeKind.NOT_SAID,
}


_OF_STEPS: Mapping[type[on.RequestEvent], NoticeKind] = {
    on.PassedOn: NoticeKind.PASSED_ON,
    on.Extended: NoticeKind.EXTENDED,
    on.SplitTold: NoticeKind.SPLIT,
    on.AmendingAsked: NoticeKind.AMENDING,
    on.ThirdPersonAsked: NoticeKind.OPINION,
    on.ObjectorTold: NoticeKind.OBJECTOR,
}


def notice_of(event: on.RequestEvent, kind: RequestKind) -> NoticeKind | None:
    """Return which notice tells somebody outside of an event; None: nobody is told in writing."""
    if isinstance(event, on.Decided):
        disclosing = kind in {RequestKind.PERSONAL, RequestKind.PUBLIC}
        return _OF_ANSWERS[event.answer] if disclosing else _changing(event.answer)
    return _OF_STEPS.get(type(event))


def _changing(answer: on.Answer) -> NoticeKind:
    """Of a request that something be corrected, or used no more."""
    if answer is on.Answer.FULL:
        return NoticeKind.GRANTED
    return NoticeKind.GRANTED_PART if answer is on.Answer.PARTIAL else NoticeKind.REFUSED
