"""Numbers of a call's entries, and which entries count when the call changed hands. Pure.

Each time a process takes a call over a new term begins. The number of an entry is its term times a million,
and its place in the call. A new term goes on with the place after the last entry that its process knew: what
the process before wrote later than that (it froze with a line on its way to the disk) has a place that the
new term gave anew. Such an entry stays in the journal, and counts for nothing: nobody acted on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from telephony.journal.journal_entry import JournalEntry

TERM = 1_000_000
"""Places in one term. A call of a million events, or of two thousand terms, does not exist."""


def first_of_term(term: int, known: int) -> int:
    """Return the number before the first one of a new term.

    Args:
        term: how often the call was taken over, as its lease says
        known: the number of the last entry that counts
    """
    return max(term, known // TERM + 1) * TERM + known % TERM


def in_force(entries: Sequence[JournalEntry]) -> list[JournalEntry]:
    """Leave out what a process wrote after the call was taken from it; given in order of numbers."""
    kept = list[JournalEntry]()
    term, limit = -1, 0
    for entry in reversed(entries):
        place = entry.seq % TERM
        if entry.seq // TERM != term:
            # From the last term backwards: the one before counts up to where the later one began.
            limit = TERM if term < 0 else min(limit, kept[-1].seq % TERM)
            term = entry.seq // TERM
        if place < limit:
            kept.append(entry)
    kept.reverse()
    return kept
