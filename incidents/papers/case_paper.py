"""What of a case goes on paper, out of its events. Pure: the same events and words give the same report.

A draft shows its reader no view that the page does not show; the paper of a decision shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.ids import AccountId
from incidents.cases import events as on
from incidents.cases.case import Case, Stage
from incidents.cases.judgement import GivenView
from incidents.cases.machine import case_of
from incidents.cases.measures import Measure, MeasureKind
from incidents.cases.rule import KindWords
from incidents.cases.statement import EMPTY, from_fields
from incidents.cases.words import ANSWERS, AXES, ENDINGS, QUESTIONS, RANKS, STAGES, WEIGHTS
from incidents.papers.report import (
    CaseReport,
    OwnDecision,
    ReportAnswer,
    ReportApproval,
    ReportFinding,
    ReportQuote,
    ReportView,
)

_APPROVALS: Mapping[type[on.CaseEvent], str] = {
    on.Submitted: "提出", on.HeadChecked: "所属長確認", on.CouncilAgreed: "合議", on.Decided: "決定",
    on.Filed: "決裁の記録",
}  # fmt: skip
TRACKS: Mapping[str, str] = {"caller": "相手", "hall": "庁内", "room": "会場"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWords:
    """Words of the city and of people beside the case, as they are on that day."""

    city: str
    department: str
    running: int
    practice: bool
    names: Mapping[AccountId, str]
    kinds: tuple[KindWords, ...]
    """What types and acts are called today: for cases whose own rule carries no words."""


def report_of(events: Sequence[on.CaseEvent], words: PaperWords, views: Sequence[GivenView]) -> CaseReport:
    """Return what is printed of a case.

    Args:
        events: all of it, or all until the decision that is printed
        words: what the case does not carry itself
        views: those that the reader may read
    """
    case = case_of(events)
    decided = case.decision is not None
    called = {one.code: one.name for one in case.rule.kinds_or(words.kinds)}
    return CaseReport(
        city=words.city,
        department=words.department,
        number=f"事案 {words.running}",
        state=STAGES[case.stage] + ("" if decided else "（決定前の控え）"),
        statement=from_fields(case.statement.fields) if case.statement else EMPTY,
        practice=words.practice,
        quotes=tuple(map(_quote, case.heard)),
        types=tuple(called.get(one, one) for one in case.types),
        acts=tuple(called.get(one, one) for one in case.acts),
        statutes=statutes_of(case, words.kinds),
        answers=tuple(_answers(views, words)),
        views=tuple(_view(one, words) for one in views),
        finding=_finding(case, events),
        reason=case.decision.reason if case.decision else "",
        measures=tuple(printable(case)),
        lapsed=_lapsed(case, events),
        approvals=tuple(_approvals(events, words)),
        decided_elsewhere=_elsewhere(case),
    )


def statutes_of(case: Case, today: tuple[KindWords, ...]) -> tuple[str, ...]:
    """Return the articles that the case's types and acts name, each once.

    Args:
        case: by whose own rule they are named
        today: what the policy says now, for a case whose rule carries no words
    """
    named = {one.code: one.statutes for one in case.rule.kinds_or(today)}
    return tuple(dict.fromkeys(name for code in (*case.types, *case.acts) for name in named.get(code, ())))


def printable(case: Case) -> Iterator[Measure]:
    """Return measures with everything that is known of them; of older events that is kind and day."""
    for one in case.measures:
        yield Measure(
            id=one.id, kind=MeasureKind(one.kind), on=one.on or one.at.date(),
            basis=one.basis or "（記載なし）", number=one.number, note=one.note,
        )  # fmt: skip


def fallen(events: Sequence[on.CaseEvent]) -> tuple[datetime, on.FindingWithdrawn] | None:
    """Return when the finding that was withdrawn last had come about, and its withdrawal; None: none was."""
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if isinstance(event, on.FindingWithdrawn):
            before = case_of(events[:place]).finding
            return (before.at if before else event.at), event
    return None


def _quote(one: on.KeptQuote) -> ReportQuote:
    return ReportQuote(
        id=one.id, text=one.text, track=TRACKS.get(one.track, one.track), speaker=one.speaker,
        start_seconds=one.start_ms / 1000, end_seconds=one.end_ms / 1000, samples_sha256=one.samples_sha256,
        heard_by=one.heard_by, heard_at=one.heard_at,
    )  # fmt: skip


def _answers(views: Sequence[GivenView], words: PaperWords) -> Iterator[ReportAnswer]:
    for key, question in QUESTIONS.items():
        given = [(ANSWERS[getattr(one.view, key)], words.names.get(one.by, "")) for one in views]
        if given:
            answer = "　".join(f"{told}（{name}）" for told, name in given)
            yield ReportAnswer(question=question, answer=answer)


def _view(one: GivenView, words: PaperWords) -> ReportView:
    axes = "　".join(f"{name}：{WEIGHTS[getattr(one.view, key)]}" for key, name in AXES.items())
    return ReportView(
        by=words.names.get(one.by, ""), post=RANKS[one.rank],
        view=f"{'当たる' if one.view.found else '当たらない'}（{axes}）", reason=one.view.reason, at=one.at,
    )  # fmt: skip


def _finding(case: Case, events: Sequence[on.CaseEvent]) -> ReportFinding | None:
    rule = f"{case.rule.people}人以上で判断　判断の決まり {case.rule.version}"
    if case.decision is not None:
        at = case.finding.at if case.finding else case.decision.at
        return ReportFinding(ending=ENDINGS[case.decision.ending], at=at, rule=rule)
    if case.finding is not None:
        return ReportFinding(ending="該当の判断（決定前）", at=case.finding.at, rule=rule)
    fell = fallen(events)
    if fell is None:
        return None
    found_at, withdrawal = fell
    return ReportFinding(
        ending="該当の判断", at=found_at, rule=rule, withdrawn_at=withdrawal.at,
        withdrawn_why=withdrawal.reason,
    )  # fmt: skip


def _lapsed(case: Case, events: Sequence[on.CaseEvent]) -> dict[UUID, datetime]:
    fell = fallen(events)
    return {} if fell is None else {one.id: fell[1].at for one in case.measures if not one.stands}


def _approvals(events: Sequence[on.CaseEvent], words: PaperWords) -> Iterator[ReportApproval]:
    """Return the steps since the case was a draft for the last time: earlier ones led to nothing."""
    since: list[ReportApproval] = []
    for place, event in enumerate(events, start=1):
        if isinstance(event, on.Returned | on.FindingWithdrawn) and _is_draft(events[:place]):
            since.clear()
        if type(event) in _APPROVALS:
            since.append(
                ReportApproval(
                    step=_APPROVALS[type(event)], post=RANKS[event.rank], by=words.names.get(event.by, ""),
                    at=event.at,
                )
            )  # fmt: skip
    yield from since


def _is_draft(events: Sequence[on.CaseEvent]) -> bool:
    return case_of(events).stage is Stage.DRAFT


def _elsewhere(case: Case) -> OwnDecision | None:
    decision = case.decision
    if decision is None or decision.decided_on is None:
        return None
    return OwnDecision(draft_number=decision.filed, on=decision.decided_on)
