"""Who spoke the words of a quote: the person who was alone on the hall's track at those seconds, or 不明.

Pure. A quote puts words into a mouth, so it names nobody by guess: where several people were on the hall's
track, where it is not known who sat at the telephone, or where the operator came in the midst of it, the
speaker is 不明. Whoever called is 相手 and has no name here: a number is not a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.quotes.statement import Speaker, SpeakerKind
from transcription.utterance import Track

UNKNOWN = Speaker(kind=SpeakerKind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHall:
    """Somebody on the hall's track, in seconds of the recording. ``name`` None: nobody was signed in."""

    since: float
    until: float
    name: str | None


def who_spoke(
    track: Track, start: float, end: float, there: Iterable[OnHall], connected_after: float | None
) -> Speaker:
    """Say who spoke.

    Args:
        track: whose side it was said on
        start: second of the recording at which the words begin
        end: at which they end
        there: everybody who was on the hall's track, at whatever time
        connected_after: second from which an operator could speak; None if none ever could
    """
    if track is Track.ROOM:
        return UNKNOWN  # one microphone heard everybody
    if track is Track.CALLER:
        return Speaker(kind=SpeakerKind.CALLER)
    if connected_after is None or end <= connected_after:
        return Speaker(kind=SpeakerKind.ANNOUNCEMENT)
    if start < connected_after:
        return UNKNOWN
    during = [one for one in there if one.since < end and start < one.until]
    # The clip holds pauses around the words, so who came within it may have spoken all of them.
    if len(during) != 1 or during[0].name is None:
        return UNKNOWN
    return Speaker(kind=SpeakerKind.HALL, name=during[0].name)


def in_words(speaker: Speaker, track: Track = Track.HALL) -> str:
    """Write who spoke, for people; ``track``: on which it was said."""
    if track is Track.ROOM:
        return "不明（会場の録音。だれの声か、記録からは決められません）"
    match speaker.kind:
        case SpeakerKind.CALLER:
            return "相手"
        case SpeakerKind.ANNOUNCEMENT:
            return "案内"
        case SpeakerKind.HALL:
            return f"職員（{speaker.name}）"
        case SpeakerKind.UNKNOWN:
            return "不明（職員側。だれの声か、記録からは決められません）"
