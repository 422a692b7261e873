"""The factual statement of a case (5W1H): nine questions, answered in passages that say where they come from.

Policy asks for conduct and words as they were, not for impressions (品川区 対応要領 第6章(2)④, 第2章(3)).
A passage is what the machine recorded (記録), words that somebody heard (引用), an estimate (推定) or what a
person wrote (記入); none passes for something else. There is no question about the health of staff, and none
will be added: whoever the case is about can request it (個人情報の保護に関する法律 第76条).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from core.errors import DomainError
from incidents.readable import is_readable

LONGEST = 4000
"""Characters of one passage."""
AT_MOST = 40
"""Passages to one question."""


class Question(StrEnum):
    """What the statement answers, in the order in which it is read."""

    WHEN = "when"  # いつ
    WHERE = "where"  # どこで
    WHO = "who"  # だれが
    TO_WHOM = "to-whom"  # だれに
    WHAT = "what"  # 何を
    WHY = "why"  # なぜ（申出の内容）
    HOW = "how"  # どのように（言動そのまま）
    CITY = "city"  # 市の対応
    AFTER = "after"  # その後


class Origin(StrEnum):
    """Where a passage comes from."""

    RECORD = "record"  # 記録: from the call's own data
    QUOTE = "quote"  # 引用: words that somebody heard
    ESTIMATE = "estimate"  # 推定: somebody's or a program's estimate
    WRITTEN = "written"  # 記入: a person wrote it


QUESTION_NAMES: Mapping[Question, str] = MappingProxyType({
    Question.WHEN: "いつ", Question.WHERE: "どこで", Question.WHO: "だれが", Question.TO_WHOM: "だれに",
    Question.WHAT: "何を", Question.WHY: "なぜ（申出の内容）", Question.HOW: "どのように（言動そのまま）",
    Question.CITY: "市の対応", Question.AFTER: "その後",
})  # fmt: skip
ORIGIN_NAMES: Mapping[Origin, str] = MappingProxyType({
    Origin.RECORD: "記録", Origin.QUOTE: "引用", Origin.ESTIMATE: "推定", Origin.WRITTEN: "記入",
})  # fmt: skip
NEEDED = (
    Question.WHEN, Question.WHERE, Question.WHO, Question.TO_WHOM, Question.WHAT, Question.HOW, Question.CITY,
)  # fmt: skip
"""Without an answer to these nobody can judge. Why may be unknown, and afterwards may be nothing yet."""
QUOTED = frozenset({Question.WHAT, Question.WHY, Question.HOW, Question.CITY, Question.AFTER})
"""What can be told in somebody's own words."""

_NAME = re.compile(r"(?P<question>[a-z-]+?)-(?P<number>[0-9]{1,3})(?P<part>-origin|-quote)?")


class StatementFaulty(DomainError):
    """記録の中に、直すところがあります。"""

    code = "statement-faulty"
    http_status = 422


class QuoteNotHeard(DomainError):
    """この引用は、まだ聞いて確かめられていないか、この事案のものではありません。"""

    code = "quote-not-heard"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One piece of an answer.

    Raises:
        StatementFaulty: empty, longer than LONGEST, with invisible signs, or a quote without its id
    """

    text: str
    origin: Origin
    quote: UUID | None = None
    """The heard quote whose words these are; of an Origin.QUOTE alone."""

    def __post_init__(self) -> None:
        if not self.text.strip() or len(self.text) > LONGEST or not is_readable(self.text, lines=True):
            raise StatementFaulty
        if (self.origin is Origin.QUOTE) != (self.quote is not None):
            raise StatementFaulty

    @property
    def shown(self) -> str:
        """The words as they are printed: quotes in 「」, estimates marked as such."""
        match self.origin:
            case Origin.QUOTE:
                return f"「{self.text}」"
            case Origin.ESTIMATE:
                return f"（推定）{self.text}"
            case _:
                return self.text


@dataclass(frozen=True, slots=True)
class Statement:
    """Answers by question; a question without passages is open.

    Raises:
        StatementFaulty: too many passages, or a quote where nobody's words belong
    """

    answers: Mapping[Question, tuple[Passage, ...]]

    def __post_init__(self) -> None:
        for question, passages in self.answers.items():
            if len(passages) > AT_MOST:
                raise StatementFaulty
            if question not in QUOTED and any(one.origin is Origin.QUOTE for one in passages):
                raise StatementFaulty
        kept = {question: tuple(self.answers.get(question, ())) for question in Question}
        object.__setattr__(self, "answers", MappingProxyType(kept))

    def __hash__(self) -> int:
        """Equal statements have equal hashes."""
        return hash(tuple(self.answers.items()))

    def of(self, question: Question) -> tuple[Passage, ...]:
        """Return the passages to a question."""
        return self.answers[question]

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """What has to be answered before others are asked to judge."""
        return tuple(question for question in NEEDED if not self.of(question))

    @property
    def quotes(self) -> tuple[UUID, ...]:
        """Every heard quote that stands in it, in order, each once."""
        named = (one.quote for question in Question for one in self.of(question) if one.quote is not None)
        return tuple(dict.fromkeys(named))

    def passages(self) -> Iterator[tuple[Question, Passage]]:
        """Return everything in reading order."""
        for question in Question:
            for one in self.of(question):
                yield question, one


EMPTY = Statement({})


def to_fields(statement: Statement) -> dict[str, str]:
    """Write a statement as plain fields: what a form sends and a table keeps. ``from_fields`` reads it."""
    fields: dict[str, str] = {}
    for question in Question:
        for number, one in enumerate(statement.of(question), start=1):
            name = f"{question.value}-{number}"
            fields[name] = one.text
            fields[f"{name}-origin"] = one.origin.value
            if one.quote is not None:
                fields[f"{name}-quote"] = str(one.quote)
    return fields


def from_fields(fields: Mapping[str, str]) -> Statement:
    """Read a statement from fields; what is left empty falls away, and other fields of a form are not ours.

    Raises:
        StatementFaulty: an unknown origin, a broken quote, or a passage that ``Passage`` refuses
    """
    found: dict[Question, dict[int, Passage]] = {}
    for name, value in fields.items():
        known = _NAME.fullmatch(name)
        if known is None or known["part"] or known["question"] not in set(Question):
            continue
        words = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip()
        if words:
            passage = _passage(words, fields.get(f"{name}-origin", ""), fields.get(f"{name}-quote", ""))
            found.setdefault(Question(known["question"]), {})[int(known["number"])] = passage
    return Statement({
        question: tuple(one for _, one in sorted(numbered.items())) for question, numbered in found.items()
    })  # fmt: skip


def _passage(words: str, origin: str, quote: str) -> Passage:
    try:
        chosen = Origin(origin or Origin.WRITTEN)
        return Passage(text=words, origin=chosen, quote=UUID(quote) if quote else None)
    except ValueError:
        raise StatementFaulty from None


def honest(before: Statement, after: Statement, *earlier: Statement) -> Statement:
    """Return ``after`` with origins that are true: 記録 holds only for words that stood as 記録 before.

    ``earlier``: other versions in which they may have stood. A page can send any origin; what a person
    changed or added is theirs (記入), and an estimate stays one until a person writes it anew.
    """
    recorded = {
        (question, one.text)
        for version in (before, *earlier)
        for question, one in version.passages()
        if one.origin is Origin.RECORD
    }

    def true(question: Question, one: Passage) -> Passage:
        claims = one.origin is Origin.RECORD and (question, one.text) not in recorded
        return replace(one, origin=Origin.WRITTEN) if claims else one

    return Statement({
        question: tuple(true(question, one) for one in after.of(question)) for question in Question
    })  # fmt: skip


def with_heard_words(statement: Statement, heard: Mapping[UUID, str]) -> Statement:
    """Return the statement with the words of each quote as they were heard, whatever a page sent.

    Args:
        statement: as it came from a page
        heard: words by quote, of the case's own quotes that somebody has heard

    Raises:
        QuoteNotHeard: a quote stands in it that is none of these
    """

    def spoken(one: Passage) -> Passage:
        if one.quote is None:
            return one
        if one.quote not in heard:
            raise QuoteNotHeard
        return replace(one, text=heard[one.quote])

    return Statement({
        question: tuple(spoken(one) for one in statement.of(question)) for question in Question
    })  # fmt: skip


def added(statement: Statement, passages: Iterable[tuple[Question, Passage]]) -> Statement:
    """Return the statement with passages put after those that stand already."""
    answers = {question: list(statement.of(question)) for question in Question}
    for question, one in passages:
        answers[question].append(one)
    return Statement({question: tuple(several) for question, several in answers.items()})
