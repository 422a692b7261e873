"""Rules about how a city writes its cases. Pure: a draft in, findings out."""

from __future__ import annotations

from collections.abc import Iterator

from core.profile.draft import Draft, twice
from core.profile.faults import Finding

LONGEST = 30
"""Characters of a word: longer ones are sentences, which nobody writes twice."""


def subjective_words_are_words(draft: Draft) -> Iterator[Finding]:
    """A word is short, stands once, and its exceptions hold it."""
    groups = list(draft.part("casework").all("subjective_words"))
    everything = [(place, word) for one in groups for place, word in one.texts("words")]
    for place, word in everything:
        if not word.strip() or len(word) > LONGEST or any(sign in word for sign in "「」『』。\n"):
            yield Finding(
                place=place,
                reason=f"「{word[:LONGEST]}」は、探す言葉になりません。",
                instead=f"{LONGEST}文字までの言葉を、かぎかっこや句点なしで書いてください。例: 激しい",
            )
    for place, word in twice(everything):
        yield Finding(
            place=place,
            reason=f"「{word}」が2回書かれています。",
            instead="どちらか一方を消してください。",
        )


def visits_have_a_limit(draft: Draft) -> Iterator[Finding]:
    """The limit of a visit is a threshold with minutes."""
    visits = draft.part("casework").values.get("visits")
    named = visits.get("limit") if isinstance(visits, dict) else None
    timed = {one.text("id") for one in draft.all("thresholds") if one.number("minutes") is not None}
    if isinstance(named, str) and named not in timed:
        yield Finding(
            place=("casework", "visits", "limit"),
            reason=f"訪問の目安「{named}」が thresholds にないか、分（minutes）がありません。",
            instead="thresholds に、minutes のある目安を書いてください。例: limit: visit-stay",
        )


RULES = (subjective_words_are_words, visits_have_a_limit)
