"""Search in three tiers, never mixed: what is spelt so, what is read so, what sounds alike; newest first.

The index names candidates through database functions that know the actor's rights; their text is then read
under row-level security like any other, and every hit is checked against it. A hit stands in the first tier
that finds it and in no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from core.clock import Clock
from core.errors import DomainError
from core.ids import CallId, DepartmentId, RecordingId, UtteranceId
from transcription.asked import Asked, Tier, Window, asked_for
from transcription.normalise import normalised_words
from transcription.repository import spoken_at_of
from transcription.revisions import words_of
from transcription.search_choice import Choice
from transcription.utterance import Track, Word

PAGE = 50
_FIRST_WINDOW = timedelta(days=10)
_WIDER = 12
_WIDEST = 40
_AT_ONCE = 20_000
"""About so many candidates are gone through in one window: a tenth of a second."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before any recording
_NEWEST = 2**63 - 1
_LONGEST_WORD = 1000  # characters; longer than any utterance
# A plan made without knowing the window, or as if the archive lay on turning disks, reads whole months
# instead of the index of words.
_PLAN_WELL = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('random_page_cost', '1.1', true)"
)


class NothingToFind(DomainError):
    """検索する言葉を入力してください。記号だけでは検索できません。"""

    code = "nothing-to-find"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for: words that must all stand in one utterance, and when it was said.

    ``below`` is the last hit of the page before, in the same tier; without it the newest page comes.
    """

    words: str
    tier: Tier = Tier.SPELT
    choice: Choice = field(default_factory=Choice)
    after: datetime | None = None
    before: datetime | None = None
    below: UtteranceId | None = None
    at_most: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An utterance that holds every word; ``marks`` are the places in its text (start, end).

    By reading and by likeness the marks are the words of the text whose reading was found.
    """

    tier: Tier

    utterance: UtteranceId
    recording: RecordingId
    call: CallId
    department: DepartmentId
    practice: bool
    track: Track
    start: float
    end: float
    spoken_at: datetime
    text: str
    confidence: float
    words: tuple[Word, ...]
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Hits, newest first; ``more_below`` asks for the next page, None at the end."""

    hits: tuple[Hit, ...]
    more_below: UtteranceId | None


def find(connection: Connection, query: Query, clock: Clock) -> Page:
    """Find utterances. The connection says who asks (``database.begin(actor)``) and what is seen.

    Raises:
        NothingToFind: the words hold no letter and no digit
        NoReader: in the tiers of sound, where the dictionary is not there
    """
    words = normalised_words(query.words)
    if not words:
        raise NothingToFind
    if max(len(word) for word in words) > _LONGEST_WORD:
        return Page(hits=(), more_below=None)
    asked = asked_for(query.tier, query.words, words, query.choice.literal(query.after, query.before))
    if asked is None:
        return Page(hits=(), more_below=None)
    connection.execute(_PLAN_WELL)
    hits: list[Hit] = []
    high, width = _newest(query, clock), _FIRST_WINDOW
    earliest = query.after or _BEGINNING
    while high > earliest:
        low = high - width if width < high - earliest else earliest
        window = Window(low=low, high=high, below=_NEWEST if query.below is None else query.below)
        found, looked = _find_in(connection, window, asked, query.at_most - len(hits))
        hits += found
        if len(hits) >= query.at_most:
            return Page(hits=tuple(hits), more_below=hits[-1].utterance)
        high, width = low, width * _wider(len(found), looked, query.at_most - len(hits))
    return Page(hits=tuple(hits), more_below=None)


def _newest(query: Query, clock: Clock) -> datetime:
    high = query.before or clock.now() + timedelta(days=1)
    if query.below is not None:
        high = min(high, spoken_at_of(query.below) + timedelta(milliseconds=1))
    return high


def _wider(found: int, looked: int, wanted: int) -> float:
    """Say by how much the next window is longer: enough for what is still wanted, and bearable.

    A common word has its page full within days, a rare one has few candidates in all the years.
    """
    enough = min(1.5 * wanted / found, _WIDEST) if found else _WIDER
    bearable = _AT_ONCE / looked if looked else enough
    return max(1.0, min(enough, bearable))


def _find_in(connection: Connection, window: Window, asked: Asked, wanted: int) -> tuple[list[Hit], int]:
    """Return hits of a window, and how many candidates were gone through for them."""
    found: list[Hit] = []
    looked = 0
    while len(found) < wanted:
        named = asked.candidates(connection, window, wanted - len(found))
        looked += named.looked
        found += _read(connection, asked, named.ids)
        if named.last is None:
            break
        window = window.under(named.last)
    return found, looked


def _read(connection: Connection, asked: Asked, ids: list[int]) -> list[Hit]:
    if not ids:
        return []
    # An id tells its moment: months without hits are not even planned for.
    low, high = (spoken_at_of(UtteranceId(one)) for one in (ids[-1], ids[0]))
    rows = connection.execute(
        text(
            "SELECT u.id, u.recording_id, r.subject, u.department, r.practice, u.track, u.start_seconds,"
            " u.end_seconds, u.spoken_at, u.text, u.norm, u.confidence, u.words"
            " FROM utterances u JOIN recordings r ON r.id = u.recording_id"
            " WHERE u.id = ANY(:ids) AND u.spoken_at >= :low AND u.spoken_at < :high ORDER BY u.id DESC"
        ),
        {"ids": ids, "low": low, "high": high + timedelta(milliseconds=1)},
    )
    return [
        Hit(
            tier=asked.tier,
            utterance=UtteranceId(row.id),
            recording=RecordingId(row.recording_id),
            call=CallId(row.subject),
            department=DepartmentId(row.department),
            practice=row.practice,
            track=Track(row.track),
            start=row.start_seconds,
            end=row.end_seconds,
            spoken_at=row.spoken_at,
            text=row.text,
            confidence=row.confidence,
            words=words_of(row.words),
            marks=asked.marks(row.text),
        )
        for row in rows
        if asked.holds(row.norm)
    ]
