"""The form of a statement (5W1H): rows out of fields, what a reader chose to add, marked words with offers.

Pure but for the dictionary. Fields stay as they were sent: whatever is wrong with them, no text is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from incidents.cases.events import KeptQuote
from incidents.cases.prefill import Side
from incidents.cases.statement import (
    NEEDED,
    ORIGIN_NAMES,
    QUESTION_NAMES,
    QUOTED,
    Origin,
    Passage,
    Question,
    Statement,
)
from incidents.cases.subjective_words import CallFigures, Marked, Offer, StatedBy, WordChecker, offers

_NAME = re.compile(r"(?P<question>[a-z-]+?)-(?P<number>[0-9]{1,3})")
_FIGURES = Marked(start=0, end=0, why="", instead=(StatedBy.LOUDNESS, StatedBy.MINUTES, StatedBy.COUNT))
PLACE = "place-"
"""Before the id of a heard quote: the field that says to which question it is put."""
HINTS: Mapping[Question, str] = {
    Question.WHEN: "年月日と時刻。", Question.WHERE: "電話・窓口・訪問先など。",
    Question.WHO: "名乗りは名乗りとして書きます。番号だけでは、だれか分かりません。",
    Question.TO_WHOM: "応対した課と職員。体調のことは書きません。",
    Question.WHAT: "したこと、求めたこと。",
    Question.WHY: "申出の内容。市の側に理由があるときは、それも書きます。",
    Question.HOW: "言葉は「」に入れて、言われたまま書きます。",
    Question.CITY: "説明したこと、お断りしたこと、伝えた言葉。",
    Question.AFTER: "そのあとの連絡や約束。",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSeen:
    """Something that states a fact; ``value`` is what the form sends when it is chosen."""

    words: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSeen:
    """A word that states no fact, why, and what would state it."""

    word: str
    why: str
    offers: tuple[OfferSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One passage as the form shows it; ``name`` of its field."""

    name: str
    text: str
    origin: str
    quote: str
    marks: tuple[MarkSeen, ...] = ()

    @property
    def tag(self) -> str:
        """Where it comes from, in a word."""
        known = Origin(self.origin) if self.origin in set(Origin) else Origin.WRITTEN
        return ORIGIN_NAMES[known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question with its rows; the last row is empty."""

    question: Question
    name: str
    hint: str
    needed: bool
    rows: tuple[Row, ...]


def asked_of(
    fields: Mapping[str, str], checker: WordChecker | None = None, figures: CallFigures | None = None
) -> tuple[Asked, ...]:
    """Return the form of some fields; with a checker its words are marked."""
    return tuple(
        Asked(
            question=question, name=QUESTION_NAMES[question], hint=HINTS[question], needed=question in NEEDED,
            rows=tuple(_rows(question, fields, checker, figures or CallFigures())),
        )
        for question in Question
    )  # fmt: skip


def own_fields(form: Mapping[str, str]) -> dict[str, str]:
    """Return what of a sent form is the statement's own."""
    return {
        name: words for name, words in form.items()
        if _NAME.fullmatch(name.removesuffix("-origin").removesuffix("-quote"))
    }  # fmt: skip


def chosen(
    form: Mapping[str, str], offered: Iterable[str], heard: Sequence[KeptQuote], figures: CallFigures
) -> list[tuple[Question, Passage]]:
    """Return what a reader chose to add: heard quotes put to a question, and offers that they ticked.

    Args:
        form: as it was sent
        offered: values of the offers that were ticked
        heard: the case's own quotes
        figures: what is known of its calls
    """
    quotes, known = {str(one.id): one for one in heard}, figure_offers(figures)
    wanted: list[tuple[Question, Passage]] = []
    asked = [f"{form.get(PLACE + one, '')}|quote|{one}" for one in quotes]
    for value in (*asked, *offered):
        question, kind, what = (*value.split("|", 2), "", "")[:3]
        if question not in set(Question):
            continue
        where = Question(question)
        if kind == "quote" and what in quotes:
            one = quotes[what]
            where = where if where in QUOTED else Question.HOW
            wanted.append((where, Passage(text=one.text, origin=Origin.QUOTE, quote=one.id)))
        elif kind == "figure" and what.isdecimal() and int(what) < len(known):
            wanted.append((where, Passage(text=known[int(what)].words, origin=Origin.RECORD)))
    return list(dict.fromkeys(wanted))


def figure_offers(figures: CallFigures) -> tuple[Offer, ...]:
    """Return every figure that can be offered, in an order that a form can name."""
    return offers(_FIGURES, figures)


def unplaced(fields: Mapping[str, str], heard: Sequence[KeptQuote]) -> list[tuple[KeptQuote, str]]:
    """Return heard quotes that stand nowhere yet, each with the question that it most likely answers."""
    there = {words for name, words in fields.items() if name.endswith("-quote")}
    suggested = {Side.CALLER.value: Question.HOW.value, Side.HALL.value: Question.CITY.value}
    return [(one, suggested.get(one.track, "")) for one in heard if str(one.id) not in there]


def with_figures(figures: CallFigures) -> Statement:
    """Return what the calls themselves measure, to any question: wherever it stands, it is 記録."""
    told = tuple(Passage(text=one.words, origin=Origin.RECORD) for one in figure_offers(figures))
    return Statement(dict.fromkeys(Question, told))


def _rows(
    question: Question, fields: Mapping[str, str], checker: WordChecker | None, figures: CallFigures
) -> Iterator[Row]:
    numbers = sorted(
        int(known["number"])
        for name in fields
        if (known := _NAME.fullmatch(name)) is not None and known["question"] == question.value
    )
    used = 0
    for number in numbers:
        name = f"{question.value}-{number}"
        words, origin = fields[name], fields.get(f"{name}-origin", "") or Origin.WRITTEN.value
        if not words.strip():
            continue
        used = number
        marks = ()
        if checker is not None and origin in {Origin.WRITTEN.value, Origin.ESTIMATE.value}:
            marks = tuple(_marks(question, words, checker, figures))
        yield Row(name=name, text=words, origin=origin, quote=fields.get(f"{name}-quote", ""), marks=marks)
    yield Row(name=f"{question.value}-{used + 1}", text="", origin=Origin.WRITTEN.value, quote="")


def _marks(question: Question, words: str, checker: WordChecker, figures: CallFigures) -> Iterator[MarkSeen]:
    known = figure_offers(figures)
    plain = words.replace("\r\n", "\n")
    for mark in checker.marks(plain):
        yield MarkSeen(
            word=plain[mark.start : mark.end],
            why=mark.why,
            offers=tuple(
                OfferSeen(
                    words=one.words,
                    value=f"{question.value}|quote|{one.quote.id}" if one.quote
                    else f"{question.value}|figure|{known.index(one)}",
                )
                for one in offers(mark, figures)
            ),
        )  # fmt: skip
