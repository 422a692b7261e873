"""Hits of a search as its page shows them: by tier, then by call; and what may be chosen in its form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from api.reading.calls import CallSeen, CallsSeen
from api.reading.hall_track import Seconds, is_among, several_on_hall
from api.reading.imports import ImportFound, import_found
from api.reading.transcripts import Piece, pieces_of, speaker_of, unsure_spans
from api.saved_queries import SavedQuery
from core.actors import Actor, Role
from core.clock import Clock
from core.errors import NotFound
from core.ids import CallId, RecordingId, UtteranceId, import_of_subject
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from transcription.asked import Tier, tiers_of
from transcription.confirmations import confirmed_among
from transcription.reading import NoReader
from transcription.search import PAGE, Hit, Query, find
from transcription.utterance import Track

NAMES = {
    Tier.SPELT: "入力した字の通りの発言",
    Tier.READ: "読みが同じ発言",
    Tier.ALIKE: "音が似ている発言",
}
EXPLAINED = {
    Tier.SPELT: "全角と半角、大文字と小文字、ひらがなとカタカナ、渡辺と渡邊のような字の違いは区別しません。",
    Tier.READ: "文字起こしで別の字になった言葉を、読みで見つけます。濁点・「っ」・のばす音は区別しません。",
    Tier.ALIKE: "少し違う音に聞き取られた言葉も見つけます。別の言葉も混じるので、再生して確かめてください。",
}
LABELS = {Tier.SPELT: "完全一致", Tier.READ: "読み一致", Tier.ALIKE: "似た音"}


@dataclass(frozen=True, slots=True)
class HitSeen:
    """A hit with its text as pieces; ``confirmed``: a person has confirmed these words."""

    hit: Hit
    pieces: tuple[Piece, ...]
    confirmed: bool

    @property
    def unsure(self) -> bool:
        """Whether any word in it is uncertain."""
        return any(piece.unsure for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call with the utterances that matched."""

    call: CallSeen | ImportFound
    hits: list[HitSeen]
    several: tuple[Seconds, ...]
    """When several people were on the hall's track (`hall_track`)."""
    count: int = 0
    """How many hits there are, also where their words are not open."""

    @property
    def room(self) -> bool:
        """Whether a recorder in a room made it, and no telephone."""
        return isinstance(self.call, ImportFound)

    def speaker_of(self, hit: Hit) -> str:
        """Say who spoke, as the page of the call says it."""
        connected = self.call.connected_at
        after = None if connected is None else hit.start + (connected - hit.spoken_at).total_seconds()
        speaker = speaker_of(hit.track, hit.start, after)
        unknown = speaker == Track.HALL.value and is_among(self.several, hit.start, hit.end)
        return "unknown" if unknown else speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class TierSeen:
    """What one tier found."""

    tier: Tier
    groups: list[FoundCall]
    count: int
    next_below: UtteranceId | None

    @property
    def name(self) -> str:
        """Its name in plain words."""
        return NAMES[self.tier]

    @property
    def label(self) -> str:
        """Its label."""
        return LABELS[self.tier]

    @property
    def explained(self) -> str:
        """What it finds."""
        return EXPLAINED[self.tier]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The tiers that were asked, in order, and those that wait to be asked."""

    tiers: list[TierSeen]
    waiting: list[Tier]
    too_short: bool
    """The words are too short to be looked for by their sound."""
    no_reader: bool

    @property
    def count(self) -> int:
        """How many hits there are."""
        return sum(one.count for one in self.tiers)

    @property
    def recordings(self) -> frozenset[RecordingId]:
        """Whose words are among the hits."""
        return frozenset(
            one.hit.recording for tier in self.tiers for group in tier.groups for one in group.hits
        )

    def facts(self) -> Found:
        """Return the same without a word: which calls, and how many hits in each."""
        tiers = [
            replace(tier, groups=[FoundCall(one.call, [], (), len(one.hits)) for one in tier.groups])
            for tier in self.tiers
        ]
        return replace(self, tiers=tiers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which part of the answer is asked for: without a tier as much of all as one page holds."""

    tier: Tier | None = None
    below: UtteranceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Somebody whose calls may be looked through."""

    id: UUID
    name: str


class Searches:
    """Asks for one person, under their rights."""

    def __init__(
        self, database: Database, numbers: CallerNumbers, clock: Clock, practice_only: frozenset[str]
    ) -> None:
        self._practice_only = practice_only
        self._database = database
        self._numbers = numbers
        self._clock = clock

    def ask(self, actor: Actor, wanted: SavedQuery, asking: Asking) -> Found:
        """Return a page of hits. A tier is asked when those above it have nothing more to show."""
        # Fewer departments than one's own are asked for by acting with fewer.
        narrowed = replace(actor, departments=actor.departments & wanted.departments)
        try:
            sensible, no_reader = tiers_of(wanted.words), False
        except NoReader:
            sensible, no_reader = (Tier.SPELT,), True
        chosen = sensible if asking.tier is None else tuple(one for one in sensible if one is asking.tier)
        tiers: list[TierSeen] = []
        room = PAGE
        with self._database.begin(narrowed) as connection:
            for tier in chosen:
                seen = self._ask(connection, narrowed, wanted, Asking(tier=tier, below=asking.below), room)
                tiers.append(seen)
                room -= seen.count
                if seen.next_below is not None or room <= 0:
                    break
        asked = {one.tier for one in tiers}
        last = max((sensible.index(one) for one in asked), default=-1)
        return Found(
            tiers=tiers,
            waiting=[one for one in sensible[last + 1 :] if one not in asked],
            too_short=not no_reader and len(sensible) == 1,
            no_reader=no_reader,
        )

    def _ask(
        self, connection: Connection, actor: Actor, wanted: SavedQuery, asking: Asking, room: int
    ) -> TierSeen:
        page = find(
            connection,
            Query(
                words=wanted.words, tier=asking.tier or Tier.SPELT, choice=wanted.choice, after=wanted.after,
                before=wanted.before, below=asking.below, at_most=room,
            ),
            self._clock,
        )  # fmt: skip
        # A purpose for practice calls finds those only, in searching as in listening.
        for_all = wanted.purpose.id not in self._practice_only
        hits = [hit for hit in page.hits if hit.practice or for_all]
        return TierSeen(
            tier=asking.tier or Tier.SPELT,
            groups=_by_call(connection, CallsSeen(connection, actor, self._numbers), hits),
            count=len(hits),
            next_below=page.more_below,
        )


def operators(connection: Connection, actor: Actor) -> list[Operator]:
    """Return whose calls a supervisor may look through; anybody else finds their own calls alone."""
    if not actor.has(Role.SUPERVISOR):
        return []
    rows = connection.execute(_OPERATORS, {"departments": sorted(actor.departments)})
    return [Operator(id=row.id, name=row.display_name) for row in rows]


def _by_call(connection: Connection, seen: CallsSeen, found: Sequence[Hit]) -> list[FoundCall]:
    confirmed = confirmed_among(connection, _names(found))
    groups: dict[CallId, FoundCall] = {}
    for hit in found:
        if hit.call not in groups:
            try:
                call = _call_or_import(connection, seen, hit.call)
            except NotFound:
                continue
            began = hit.spoken_at - timedelta(seconds=hit.start)
            groups[hit.call] = FoundCall(call, [], several_on_hall(connection, call.id, began))
        is_confirmed = hit.utterance in confirmed
        unsure = [] if is_confirmed else unsure_spans(hit.text, hit.words)
        pieces = pieces_of(hit.text, unsure=unsure, found=hit.marks)
        groups[hit.call].hits.append(HitSeen(hit, pieces, is_confirmed))
    for group in groups.values():
        group.hits.sort(key=lambda one: one.hit.start)  # within a call one reads downwards
    return list(groups.values())


def _call_or_import(connection: Connection, seen: CallsSeen, subject: CallId) -> CallSeen | ImportFound:
    wanted = import_of_subject(subject)
    return seen.one(subject) if wanted is None else import_found(connection, wanted)


def _names(found: Iterable[Hit]) -> list[UtteranceId]:
    return [hit.utterance for hit in found]


_OPERATORS = text("""
    SELECT id, display_name FROM accounts
     WHERE departments && CAST(:departments AS text[]) AND 'operator' = ANY (roles)
     ORDER BY display_name, id
""")
