"""A statement begun from a call: what the call's own data says, as 記録; what it only suggests, as 推定.

Nothing is guessed into a fact. A number is not a person, so it names nobody and does not stand here; a name
stands here only as what somebody said of themselves. Words come in only as quotes that somebody heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from incidents.cases.statement import Origin, Passage, Question, Statement, added

HERE = ZoneInfo("Asia/Tokyo")


class Side(StrEnum):
    """Whose words a quote holds."""

    CALLER = "caller"
    HALL = "hall"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardQuote:
    """Words of the call that somebody heard and stands for. Seconds count from the recording's begin."""

    id: UUID
    text: str
    side: Side
    second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A named stretch or clock: from when, until when; None goes on until the end of the call."""

    name: str
    begun_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameNumber:
    """How often this number called, and in how many departments, in some days; transfers do not count."""

    days: int
    calls: int
    departments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStory:
    """What the system knows of one call, in words for people. Moments are aware."""

    arrived_at: datetime
    connected_at: datetime | None
    ended_at: datetime | None
    line: str
    department: str
    operator: str
    caller_class: str
    """What is known of the line: 番号通知あり, 非通知, 公衆電話 …; never the number."""
    claimed_name: str = ""
    outgoing: bool = False
    practice: bool = False
    outcome: str = ""
    warnings: tuple[datetime, ...] = ()
    marks: tuple[datetime, ...] = ()
    clocks: tuple[Span, ...] = ()
    stretches: tuple[Span, ...] = ()
    """保留, 取次 and such: time that is no talk."""
    counts: tuple[SameNumber, ...] = ()
    quotes: tuple[HeardQuote, ...] = field(default=())


def prefilled(call: CallStory) -> Statement:
    """Return the statement as far as the call itself can tell it. WHY stays open but for quotes' readers."""
    return added(Statement({}), _passages(call))


def _passages(call: CallStory) -> Iterator[tuple[Question, Passage]]:
    yield Question.WHEN, _record(_when(call))
    if call.connected_at is not None and call.ended_at is not None:
        yield Question.WHEN, _record(_duration(call, call.connected_at, call.ended_at))
    way = "への電話" if not call.outgoing else "からの電話"
    yield Question.WHERE, _record(f"電話（{call.department}　{call.line}{way}）")
    yield Question.WHO, _record(_who(call))
    if call.claimed_name:
        yield Question.WHO, _record(f"「{call.claimed_name}」と名乗った（本人かどうかは確かめていない）")
    for one in call.counts:
        if one.calls > 1:
            yield (
                Question.WHO,
                _estimate(
                    f"同じ番号からの電話は、直近{one.days}日間に{one.calls}回（{one.departments}課）。"
                    "同じ人かどうかは分からない"
                ),
            )
    yield Question.TO_WHOM, _record(f"{call.department}　{call.operator or '（担当者の記録なし）'}")
    for one in sorted(call.quotes, key=lambda quote: (quote.second, str(quote.id))):
        question = Question.HOW if one.side is Side.CALLER else Question.CITY
        yield question, Passage(text=one.text, origin=Origin.QUOTE, quote=one.id)
    yield from _city(call)


def _city(call: CallStory) -> Iterator[tuple[Question, Passage]]:
    for at in sorted(call.warnings):
        yield Question.CITY, _record(f"{_clock(at)}　警告の言葉を伝えた")
    for one in sorted(call.clocks, key=lambda span: span.begun_at):
        until = f"{_clock(one.ended_at)}まで" if one.ended_at is not None else "通話の終わりまで"
        yield Question.CITY, _record(f"{_clock(one.begun_at)}　{one.name}の時計を始めた（{until}）")
    if call.marks:
        yield (
            Question.CITY,
            _record("記録・フラグを押した時刻　" + "、".join(map(_clock, sorted(call.marks)))),
        )
    if call.outcome:
        yield Question.AFTER, _record(f"通話の結果　{call.outcome}")


def _when(call: CallStory) -> str:
    begun = call.connected_at or call.arrived_at
    practice = "（練習通話）" if call.practice else ""
    if call.ended_at is None:
        return f"{_day_time(begun)}から（通話は続いている）{practice}"
    return f"{_day_time(begun)}から{_clock(call.ended_at)}まで{practice}"


def _duration(call: CallStory, begun: datetime, ended: datetime) -> str:
    whole = (ended - begun).total_seconds()
    aside = sum(
        max(0.0, (min(one.ended_at or ended, ended) - max(one.begun_at, begun)).total_seconds())
        for one in call.stretches
    )
    told = f"通話時間　{_length(whole)}"
    return f"{told}（うち保留など{_length(aside)}）" if aside >= 1 else told


def _who(call: CallStory) -> str:
    spoke = "電話の相手" if call.outgoing else "電話をかけてきた方"
    return f"{spoke}（{call.caller_class}" + ("）" if call.claimed_name else "、名乗りの記録なし）")


def _record(words: str) -> Passage:
    return Passage(text=words, origin=Origin.RECORD)


def _estimate(words: str) -> Passage:
    return Passage(text=words, origin=Origin.ESTIMATE)


def _day_time(at: datetime) -> str:
    here = at.astimezone(HERE)
    return f"{here.year}年{here.month}月{here.day}日 {here.hour}時{here.minute:02}分{here.second:02}秒"


def _clock(at: datetime) -> str:
    here = at.astimezone(HERE)
    return f"{here.hour}時{here.minute:02}分{here.second:02}秒"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"
