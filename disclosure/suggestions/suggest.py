"""Every particular of a person that a call's words hold, as offers for the editor. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from disclosure.redaction.offer import Offer
from disclosure.suggestions.addresses import addresses
from disclosure.suggestions.births import births
from disclosure.suggestions.names import names
from disclosure.suggestions.numbers import numbers
from disclosure.suggestions.said import Found
from transcription.letter_times import span_of
from transcription.reading import Part
from transcription.utterance import Span, Utterance


def found_in(call: Sequence[Utterance], parts_of: Callable[[str], Sequence[Part]]) -> tuple[Found, ...]:
    """Return the particulars in a call, in order; of what lies within another only the wider.

    Args:
        call: the utterances of both sides in their order
        parts_of: the words of a text (`Reader.parts`)
    """
    parts = [parts_of(one.text) for one in call]
    found = {*numbers(call), *births(call), *names(call, parts), *addresses(call, parts)}
    ordered = sorted(found, key=lambda one: (one.said, one.start, -one.until, -one.end))
    return tuple(
        one for one in ordered if not any(_within(one, other) for other in ordered if other is not one)
    )


def suggestions(call: Sequence[Utterance], parts_of: Callable[[str], Sequence[Part]]) -> Iterator[Offer]:
    """Return the particulars in a call as passages that the editor offers, each on the side that said it."""
    heard = [one for one in call if one.heard]
    for one in found_in(heard, parts_of):
        first, last = heard[one.said], heard[one.until]
        begin = span_of(first, one.start, one.end if one.until == one.said else len(first.text))
        end = begin if one.until == one.said else span_of(last, 0, one.end)
        words = (
            first.text[one.start : one.end]
            if one.until == one.said
            else first.text[one.start :] + last.text[: one.end]
        )
        yield Offer(
            kind=one.particular.value,
            track=first.track,
            span=Span(start=begin.start, end=end.end),
            words=words,
        )


def _within(one: Found, other: Found) -> bool:
    inside = (other.said, other.start) <= (one.said, one.start) and (one.until, one.end) <= (
        other.until,
        other.end,
    )
    same = (other.said, other.start, other.until, other.end) == (one.said, one.start, one.until, one.end)
    return inside and (not same or other.particular < one.particular)
