"""What a call's words offer to the editor: particulars of people, and what is left out but said again.

Worked out once for each version of the transcript; the words stay in this process, as those of the page do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from sqlalchemy import Connection

from core.ids import RecordingId
from disclosure.redaction.offer import Offer
from disclosure.redaction.work import Work
from disclosure.suggestions.repeated import repeated
from disclosure.suggestions.suggest import suggestions
from transcription.reading import NoReader, Reader, the_reader
from transcription.revisions import read_revision, utterances_of
from transcription.sounds import Reading
from transcription.utterance import Utterance

_KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedWords:
    """The words of a call as the editor needs them."""

    heard: tuple[tuple[Utterance, Reading], ...]
    particulars: tuple[Offer, ...]
    reader: Reader

    def offers(self, work: Work) -> Iterator[Offer]:
        """Return what the words offer while these passages are left out."""
        yield from self.particulars
        for one in repeated(list(work.masks.values()), self.heard, self.reader.read):
            if not any(_holds(known, one) for known in self.particulars):
                yield one


def words_of(request: Request, connection: Connection, recording: RecordingId) -> OfferedWords | None:
    """Return the words of a recording; None where nothing is written down, or no dictionary reads it."""
    revision = read_revision(connection, recording)
    if revision is None:
        return None
    known: dict[UUID, OfferedWords] = request.app.state.offered_words
    if revision.id not in known:
        said = [one.said for one in utterances_of(connection, revision) if one.said.heard]
        try:
            reader = the_reader()
        except NoReader:
            return None
        while len(known) >= _KEPT:
            known.pop(next(iter(known)))
        known[revision.id] = OfferedWords(
            heard=tuple((one, reader.read(one.text)) for one in said),
            particulars=tuple(suggestions(said, reader.parts)), reader=reader,
        )  # fmt: skip
    return known[revision.id]


def _holds(known: Offer, one: Offer) -> bool:
    within = known.span.start <= one.span.start and one.span.end <= known.span.end
    return known.track is one.track and within
