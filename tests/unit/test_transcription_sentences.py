"""A stretch of speech becomes sentences, and never disappears."""

from __future__ import annotations

from transcription.sentences import utterances
from transcription.utterance import UNHEARD, WORDLESS, Span, Track, Utterance, Word

STRETCH = Span(start=10, end=16)


def said(*words: tuple[str, float, float]) -> list[Utterance]:
    return list(
        utterances(
            Track.HALL,
            STRETCH,
            [Word(text=text, start=start, end=end, probability=0.8) for text, start, end in words],
        )
    )


def test_a_sentences_end_begins_a_new_utterance() -> None:
    told = said(("恐れ入ります。", 10, 11), (" 番号", 11.1, 11.6), ("を", 11.6, 12))

    assert [(one.text, one.start, one.end) for one in told] == [
        ("恐れ入ります。", 10, 11),
        ("番号を", 11.1, 12),
    ]


def test_a_pause_begins_a_new_utterance() -> None:
    assert [one.text for one in said(("明細", 10, 11), ("を", 11.5, 12))] == ["明細", "を"]
    assert [one.text for one in said(("明細", 10, 11), ("を", 11.4, 12))] == ["明細を"]


def test_speech_without_words_stays_visible() -> None:
    told = said()

    assert [(one.text, one.start, one.end, one.heard) for one in told] == [(WORDLESS, 10, 16, False)]
    assert said((" ", 10, 11))[0].text == WORDLESS


def test_what_cannot_be_believed_is_said_to_be_unheard() -> None:
    (told,) = utterances(Track.CALLER, STRETCH, None)

    assert (told.text, told.start, told.end, told.confidence) == (UNHEARD, 10, 16, 0)
