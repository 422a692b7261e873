"""What the notices of a request are called, and which step has one."""

from __future__ import annotations

from collections.abc import Mapping

from api.disclosure_texts import Field
from core.profile.disclosure import RequestKind
from disclosure import request_events as on
from disclosure.notices.articles import articles
from disclosure.notices.kinds import NoticeKind, notice_of

NAMES: Mapping[NoticeKind, str] = {
    NoticeKind.FULL: "開示決定通知書",
    NoticeKind.PARTIAL: "部分開示決定通知書",
    NoticeKind.NONE: "不開示決定通知書",
    NoticeKind.ABSENT: "不開示決定通知書（不存在）",
    NoticeKind.NOT_SAID: "不開示決定通知書（存否応答拒否）",
    NoticeKind.GRANTED: "決定通知書",
    NoticeKind.GRANTED_PART: "決定通知書（一部）",
    NoticeKind.REFUSED: "決定通知書（しない旨）",
    NoticeKind.PASSED_ON: "移送通知書",
    NoticeKind.EXTENDED: "決定期限延長通知書",
    NoticeKind.SPLIT: "決定期限特例通知書",
    NoticeKind.AMENDING: "補正のお願い",
    NoticeKind.OPINION: "意見照会書",
    NoticeKind.OBJECTOR: "開示決定についての通知書（反対の意見を出された方へ）",
}

TO_THIRD_PERSONS = (on.ThirdPersonAsked, on.ObjectorTold)
_CARRIED_OUT = frozenset({
    NoticeKind.FULL, NoticeKind.PARTIAL, NoticeKind.GRANTED, NoticeKind.GRANTED_PART,
})  # fmt: skip
_SUBJECT = Field(name="subject", label="請求の対象", hint="例：令和8年11月2日の電話の録音")
_ABOUT_THEM = Field(
    name="subject",
    label="対象のうち、その方に関する情報",
    hint="だれが請求したかが分かることは書きません。",
)
_CARRYING_OUT = Field(name="carrying_out", label="方法、場所、日時", hint="例：写しの交付、市役所2階")
_PURPOSE = Field(name="purpose", label="利用目的", hint="個人情報ファイル簿などに書いたとおり")
_DISCLOSED_FOR = Field(
    name="disclosed_for",
    label="開示することにした理由",
    hint="請求者への決定の理由は、その方に知らせません。別に書きます。",
)
_BASIS = Field(
    name="basis", label="根拠の条文", hint="この通知の条文は登録されていません。確かめて書きます。"
)


def notice_name(event: on.RequestEvent, kind: RequestKind) -> str:
    """Return what the notice about an event is called; nothing: it has none."""
    found = notice_of(event, kind)
    return NAMES[found] if found else ""


def notice_asks(event: on.RequestEvent, kind: RequestKind) -> tuple[Field, ...]:
    """Return what an officer is asked for a notice: what the program does not know. None of it has to be."""
    found = notice_of(event, kind)
    if found is None:
        return ()
    asked = [_ABOUT_THEM if isinstance(event, TO_THIRD_PERSONS) else _SUBJECT]
    if found is NoticeKind.OBJECTOR:
        asked.append(_DISCLOSED_FOR)
    if found in _CARRIED_OUT:
        asked.append(_CARRYING_OUT)
    if found in {NoticeKind.FULL, NoticeKind.PARTIAL} and kind is RequestKind.PERSONAL:
        asked.append(_PURPOSE)
    if articles().of(found, kind, event) is None:
        asked.append(_BASIS)
    return tuple(asked)
