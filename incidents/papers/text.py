"""What a printed case says, line by line: every word of it, before anybody thinks of fonts and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from incidents.cases.statement import ORIGIN_NAMES, QUESTION_NAMES, Origin, Question
from incidents.papers.report import CaseReport, ReportQuote

HERE = ZoneInfo("Asia/Tokyo")


class LineKind(StrEnum):
    """How a line is set."""

    TITLE = "title"
    HEADING = "heading"
    QUESTION = "question"
    TEXT = "text"  # with a small word before it
    PLAIN = "plain"
    FACTS = "facts"  # small, below what they belong to


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, and the small word that stands before it."""

    kind: LineKind
    words: str
    tag: str = ""


def lines_of(report: CaseReport) -> Iterator[Line]:
    """Return the record in reading order. An empty part says that it is empty, so nobody misses a leaf."""
    yield Line(LineKind.TITLE, "カスタマーハラスメント事案記録" + ("（練習）" if report.practice else ""))
    yield Line(LineKind.TEXT, report.number, "件番号")
    yield Line(LineKind.TEXT, report.department, "所管")
    yield Line(LineKind.TEXT, report.state, "状態")
    yield from _statement(report)
    yield from _quotes(report)
    yield from _types(report)
    yield from _judgement(report)
    yield from _measures(report)
    yield from _approvals(report)


def _statement(report: CaseReport) -> Iterator[Line]:
    yield Line(LineKind.HEADING, "1　事実の記録")
    for question in Question:
        yield Line(LineKind.QUESTION, QUESTION_NAMES[question])
        passages = report.statement.of(question)
        for one in passages:
            words = f"「{one.text}」" if one.origin is Origin.QUOTE else one.text
            yield Line(LineKind.TEXT, words, ORIGIN_NAMES[one.origin])
        if not passages:
            yield Line(LineKind.TEXT, "記載なし")


def _quotes(report: CaseReport) -> Iterator[Line]:
    yield Line(LineKind.HEADING, "2　聞いて確かめた言葉")
    for number, one in enumerate(report.quotes, start=1):
        yield Line(LineKind.TEXT, f"「{one.text}」", f"引用{number}")
        yield Line(LineKind.FACTS, _facts(one))
    if not report.quotes:
        yield Line(LineKind.PLAIN, "なし")


def _facts(one: ReportQuote) -> str:
    return (
        f"{one.track}の音声　話した人 {one.speaker or '不明'}　"
        f"録音の {place(one.start_seconds)}〜{place(one.end_seconds)}（分:秒）\n"
        f"{one.heard_by}が{moment(one.heard_at)}に聞いて確認\n"
        f"音声の照合値（SHA-256）\n{one.samples_sha256}"
    )


def _types(report: CaseReport) -> Iterator[Line]:
    yield Line(LineKind.HEADING, "3　型と行為")
    for tag, several in (("型", report.types), ("行為", report.acts), ("条文", report.statutes)):
        yield Line(LineKind.TEXT, "\n".join(several) or "なし", tag)
    yield Line(LineKind.FACTS, "条文は市の対応要領が挙げるもので、罪に当たるという判断ではありません。")


def _judgement(report: CaseReport) -> Iterator[Line]:
    yield Line(LineKind.HEADING, "4　判断")
    for one in report.answers:
        yield Line(LineKind.QUESTION, one.question)
        yield Line(LineKind.TEXT, one.answer + (f"（{one.by}）" if one.by else ""), "答え")
    for view in report.views:
        yield Line(LineKind.TEXT, f"{view.view}\n{view.reason}", "意見")
        yield Line(LineKind.FACTS, f"{view.post}　{view.by}　{moment(view.at)}")
    finding = report.finding
    if finding is None:
        yield Line(LineKind.PLAIN, "判断はまだありません。")
        return
    yield Line(LineKind.TEXT, finding.ending, "判断")
    yield Line(LineKind.FACTS, f"{moment(finding.at)}　{finding.rule}")
    if report.reason:
        yield Line(LineKind.TEXT, report.reason, "決定の理由")
    if finding.withdrawn_at is not None:
        yield Line(LineKind.TEXT, f"{moment(finding.withdrawn_at)}　{finding.withdrawn_why}", "取消し")


def _measures(report: CaseReport) -> Iterator[Line]:
    yield Line(LineKind.HEADING, "5　措置")
    for number, one in enumerate(report.measures, start=1):
        yield Line(LineKind.TEXT, one.line + (f"\n{one.note}" if one.note else ""), f"措置{number}")
        if one.id in report.lapsed:
            gone = moment(report.lapsed[one.id])
            yield Line(LineKind.FACTS, f"{gone}に判断が取り消され、この措置の根拠はなくなりました。")
    if not report.measures:
        yield Line(LineKind.PLAIN, "なし")


def _approvals(report: CaseReport) -> Iterator[Line]:
    yield Line(LineKind.HEADING, "6　決裁")
    for one in report.approvals:
        yield Line(LineKind.TEXT, f"{moment(one.at)}　{one.post}　{one.by}", one.step)
    own = report.decided_elsewhere
    if own is not None:
        yield Line(LineKind.TEXT, f"起案番号 {own.draft_number}　決裁日 {day(own.on)}", "電子決裁")
    if not report.approvals and own is None:
        yield Line(LineKind.PLAIN, "なし")


def day(on: date) -> str:
    """Say a day, like 2026年4月1日."""
    return f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime) -> str:
    """Say a moment in Japan's time, like 2026年4月1日 13時05分."""
    here = at.astimezone(HERE)
    return f"{day(here.date())} {here.hour}時{here.minute:02}分"


def place(seconds: float) -> str:
    """Say a place in a recording to the millisecond, like 75:32.400."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
