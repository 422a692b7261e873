"""What is wrong in one utterance that a person checked: characters, and which of the machine's words.

Pure. Compared as ``character_errors`` does. A word is wrong when any of its characters stands for no equal
one of the person's. Where a person could not make the words out either, there is nothing to compare with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from transcription.character_errors import align, comparable
from transcription.checked_words import CheckedWords
from transcription.utterance import UNHEARD, WORDLESS, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class WordErrors:
    """Counts of one utterance, or of several added up."""

    utterances: int = 0
    corrected: int = 0
    """Utterances in which a person changed anything that is compared."""
    characters: int = 0
    """Of the person's text."""
    errors: int = 0
    """Characters to insert, delete or replace."""
    marked: int = 0
    """The machine's words that were shown as uncertain."""
    marked_wrong: int = 0
    unmarked: int = 0
    unmarked_wrong: int = 0

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            utterances=self.utterances + other.utterances,
            corrected=self.corrected + other.corrected,
            characters=self.characters + other.characters,
            errors=self.errors + other.errors,
            marked=self.marked + other.marked,
            marked_wrong=self.marked_wrong + other.marked_wrong,
            unmarked=self.unmarked + other.unmarked,
            unmarked_wrong=self.unmarked_wrong + other.unmarked_wrong,
        )


def word_errors(checked: CheckedWords, unsure_below: float) -> WordErrors | None:
    """Count what is wrong; None where the person's text holds a remark of ours, or nothing that is compared.

    Args:
        checked: what the machine wrote, and what a person heard
        unsure_below: probability (0..1) under which a word is shown as uncertain
    """
    meant = comparable(checked.person)
    if not meant or UNHEARD in checked.person or WORDLESS in checked.person:
        return None
    written = "" if checked.machine in {UNHEARD, WORDLESS} else comparable(checked.machine)
    errors, right = _compared(meant, written)
    words: Counter[tuple[bool, bool]] = Counter()
    owners = [word for word in checked.words if comparable(word.text)]
    # A text whose words do not add up to it says nothing of single words.
    if "".join(comparable(word.text) for word in owners) == written:
        words = _words(owners, right, unsure_below)
    return WordErrors(
        utterances=1,
        corrected=int(meant != written),
        characters=len(meant),
        errors=errors,
        marked=words[True, True] + words[True, False],
        marked_wrong=words[True, True],
        unmarked=words[False, True] + words[False, False],
        unmarked_wrong=words[False, True],
    )


def _compared(meant: str, written: str) -> tuple[int, frozenset[int]]:
    """Return the errors, and the places of the written characters that are right."""
    if meant == written:
        return 0, frozenset(range(len(written)))
    laid = align(meant, written)
    return laid.errors, frozenset(
        partner
        for place, partner in enumerate(laid.partners)
        if partner is not None and meant[place] == written[partner]
    )


def _words(words: list[Word], right: frozenset[int], unsure_below: float) -> Counter[tuple[bool, bool]]:
    """Count words by (shown as uncertain, wrong)."""
    counted: Counter[tuple[bool, bool]] = Counter()
    at = 0
    for word in words:
        end = at + len(comparable(word.text))
        counted[word.probability < unsure_below, not right.issuperset(range(at, end))] += 1
        at = end
    return counted
