"""What the system knows of the calls of a case, for its statement: facts as 記録, what they suggest as 推定.

Read under the rights of whoever writes: of a call that they may not see nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from api.parts import ConsoleParts
from api.reading.boards import CallOfCase, calls_of_case
from api.reading.live_need import CLOCK_NAMES
from api.wording import CALLER_CLASSES, full_time
from core.actors import Actor, Role
from core.ids import CallId
from incidents.callers import caller_at_desk
from incidents.cases.case import Case
from incidents.cases.prefill import CallStory, HeardQuote, SameNumber, Side, Span, prefilled
from incidents.cases.statement import EMPTY, Origin, Passage, Question, Statement, added
from incidents.cases.subjective_words import CallFigures
from incidents.cases.words import WAYS
from storage.claimed_names import names_of_number, said_of_caller
from storage.ending_rule import EndingStep
from transcription.voice.rows import measures_of

AT_MOST = 4
"""Calls out of which a statement is begun; of more a person writes what matters."""

_FACTS = text("""
    SELECT c.caller_class, c.direction, w.outcome,
           ARRAY(SELECT m.at FROM call_marks m WHERE m.call_id = c.id ORDER BY m.at) AS marks
      FROM calls c LEFT JOIN call_wrap_ups w ON w.call_id = c.id WHERE c.id = :call
""")
_HOLDS = text(
    "SELECT began_at, ended_at FROM call_stretches WHERE call_id = :call AND kind = 'hold' ORDER BY began_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStory:
    """What a statement can be begun from, and what states facts of its calls."""

    begun: Statement
    figures: CallFigures


def case_story(connection: Connection, actor: Actor, case: Case, parts: ConsoleParts) -> CaseStory:
    """Return what is known of the calls of a case, as far as this person may see them."""
    calls = calls_of_case(connection, actor, parts.numbers, case.calls)
    stories = [_story(connection, actor, one, case, parts) for one in calls[:AT_MOST]]
    begun = EMPTY
    for story in stories:
        begun = added(begun, prefilled(story).passages())
    if not stories:
        begun = _by_hand(case, parts)
    elif case.summary:
        begun = added(begun, [(Question.WHAT, Passage(text=case.summary, origin=Origin.WRITTEN))])
    return CaseStory(begun=begun, figures=_figures(connection, calls, stories, case))


def side_of(track: str) -> Side | None:
    """Return whose words a track holds; None: one microphone heard everybody."""
    return Side(track) if track in set(Side) else None


def _story(
    connection: Connection, actor: Actor, one: CallOfCase, case: Case, parts: ConsoleParts
) -> CallStory:
    call, profile = one.call, parts.profile
    facts = connection.execute(_FACTS, {"call": call.id}).one()
    holds = connection.execute(_HOLDS, {"call": call.id})
    return CallStory(
        arrived_at=call.arrived_at,
        connected_at=call.connected_at,
        ended_at=call.ended_at,
        line=next((line.name for line in profile.lines if line.id == call.line), "その他の窓口"),
        department=next((d.name for d in profile.departments if d.id == call.department), call.department),
        operator=call.operator_name or "",
        caller_class=CALLER_CLASSES.get(facts.caller_class, "番号なし"),
        claimed_name=_claimed(connection, call.id, parts),
        outgoing=facts.direction != "in",
        practice=call.practice,
        outcome=next((o.name for o in profile.outcomes if o.id == facts.outcome), ""),
        warnings=tuple(step.at for step in one.steps if step.step is EndingStep.WARNED),
        marks=tuple(facts.marks),
        clocks=tuple(
            Span(name=CLOCK_NAMES.get(c.kind, "時間"), begun_at=c.started_at, ended_at=c.stopped_at)
            for c in one.clocks
        ),
        stretches=tuple(Span(name="保留", begun_at=row.began_at, ended_at=row.ended_at) for row in holds),
        counts=_counts(connection, actor, one),
        quotes=tuple(_heard(case, call.id)),
    )  # fmt: skip


def _heard(case: Case, call: CallId | None = None) -> list[HeardQuote]:
    return [
        HeardQuote(id=one.id, text=one.text, side=side, second=one.start_ms / 1000)
        for one in case.heard
        if (call is None or one.call == call) and (side := side_of(one.track)) is not None
    ]


def _counts(connection: Connection, actor: Actor, one: CallOfCase) -> tuple[SameNumber, ...]:
    """Count what the number did of its own accord, this call among it; what we brought about never counts."""
    call = one.call
    everywhere = actor.has(Role.SUPERVISOR)
    known = caller_at_desk(connection, call.id, call.arrived_at, None if everywhere else call.department)
    if known is None or known.shared:
        return ()
    return tuple(
        SameNumber(
            days=period.days,
            calls=period.own + 1,
            departments=len({*period.own_departments, call.department}),
        )
        for period in known.figures
    )


def _claimed(connection: Connection, call: CallId, parts: ConsoleParts) -> str:
    said = said_of_caller(connection, call)
    if said is None or said.name_id is None:
        return ""
    names: dict[UUID, bytes] = {one.id: one.sealed for one in names_of_number(connection, call)}
    sealed = names.get(said.name_id)
    return "" if sealed is None else parts.numbers.open_name(sealed)


def _figures(
    connection: Connection, calls: Sequence[CallOfCase], stories: Sequence[CallStory], case: Case
) -> CallFigures:
    rises = [
        loud.above_baseline_db
        for one in calls
        if one.call.recording and (found := measures_of(connection, one.call.recording)) is not None
        for loud in found.loudness.loud
        if loud.above_baseline_db is not None
    ]
    talked = [span for one in calls if (span := one.call.talked) is not None]
    return CallFigures(
        quotes=tuple(_heard(case)),
        louder_db=max(rises, default=None),
        talk_minutes=round(sum(one.total_seconds() for one in talked) / 60) if talked else None,
        counts=tuple(one for story in stories[:1] for one in story.counts if one.calls > 1),
    )


def _by_hand(case: Case, parts: ConsoleParts) -> Statement:
    department = next((d.name for d in parts.profile.departments if d.id == case.department), "")
    return Statement({
        Question.WHEN: (Passage(text=full_time(case.since), origin=Origin.WRITTEN),),
        Question.WHERE: (Passage(text=f"{WAYS[case.way]}（{department}）", origin=Origin.WRITTEN),),
        Question.WHAT: (Passage(text=case.summary, origin=Origin.WRITTEN),),
    })  # fmt: skip
