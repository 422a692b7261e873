"""Rules about signals: words that can be looked for, kinds and lines that exist. Pure: draft to findings."""

from __future__ import annotations

from collections.abc import Iterator

from core.profile.draft import Draft, Written, twice
from core.profile.faults import Finding, Place
from core.profile.phrase import PHRASE_KINDS, pattern
from core.profile.purposes import DEFAULT_PURPOSES

_SHORTEST_SOUNDS = 5


def _signals(draft: Draft) -> Written:
    return draft.part("signals")


def _patterns(draft: Draft) -> Iterator[tuple[Place, str]]:
    signals = _signals(draft)
    for one in signals.all("phrases"):
        yield from one.texts("words", "beside", "unless")
    yield from signals.texts("not_a_signal")
    contexts = signals.values.get("contexts")
    if isinstance(contexts, dict):
        within = Written(place=(*signals.place, "contexts"), values=contexts)
        yield from within.texts(*within.values)


def phrases_can_be_looked_for(draft: Draft) -> Iterator[Finding]:
    """A phrase is plain words, … for a gap, and (a|b)."""
    for place, written in _patterns(draft):
        try:
            pattern(written)
        except ValueError:
            yield Finding(
                place=place,
                reason=f"「{written}」は、かっこが合わないか、必ず言う言葉がないため、探せません。",
                instead="言葉をそのまま書き、間があく所に …、どれかでよい所に (a|b) を使ってください。",
            )


def phrases_are_of_a_known_kind(draft: Draft) -> Iterator[Finding]:
    """Violence, time and repeats are not found by words."""
    for one in _signals(draft).all("phrases"):
        for place, kind in one.texts("kinds"):
            if kind not in PHRASE_KINDS:
                yield Finding(
                    place=place,
                    reason=f"「{kind}」は、言葉で見つける兆候の種類ではありません。",
                    instead=f"次の中から選んでください: {', '.join(PHRASE_KINDS)}",
                )


def phrases_have_names_of_their_own(draft: Draft) -> Iterator[Finding]:
    """A signal says by its id which phrase found it."""
    named = (found for one in _signals(draft).all("phrases") for found in one.texts("id"))
    for place, name in twice(named):
        yield Finding(
            place=place,
            reason=f"兆候の言葉の id「{name}」が2回書かれています。",
            instead="別の id を書いてください。",
        )


def sounds_are_long_enough(draft: Draft) -> Iterator[Finding]:
    """A short word sounds like too many others."""
    for one in _signals(draft).all("phrases"):
        for place, sounds in one.texts("sounds"):
            if len(sounds) < _SHORTEST_SOUNDS:
                yield Finding(
                    place=place,
                    reason=f"読み「{sounds}」は短く、似た音の言葉がたくさんあります。",
                    instead=f"{_SHORTEST_SOUNDS}文字以上のかなで書くか、words に書いてください。",
                )


def life_is_no_harassment(draft: Draft) -> Iterator[Finding]:
    """Words of self-harm are never a signal of harassment (命の相談)."""
    for one in _signals(draft).all("phrases"):
        kinds = {kind for _, kind in one.texts("kinds")}
        if "life" in kinds and len(kinds) > 1:
            yield Finding(
                place=(*one.place, "kinds"),
                reason="命の相談の言葉を、ほかの兆候と一緒にはできません。",
                instead="kinds: [life] だけにしてください。",
            )


def duty_lines_exist(draft: Draft) -> Iterator[Finding]:
    """A line that answers at any hour is a line of the city."""
    known = set(draft.ids("lines").values())
    for place, line in _signals(draft).texts("duty_lines"):
        if line not in known:
            yield Finding(
                place=place,
                reason=f"窓口「{line}」は lines にありません。",
                instead="lines に書いた窓口の id を書いてください。",
            )


def urgent_purpose_exists(draft: Draft) -> Iterator[Finding]:
    """The purpose under which the 110 sheet opens at once is one of the city's, without a case number."""
    signals = _signals(draft)
    wanted = signals.values.get("urgent_purpose")
    if not isinstance(wanted, str) or not wanted:
        return
    written = list(draft.all("purposes"))
    if not written and any(one.id == wanted for one in DEFAULT_PURPOSES):
        return
    if written and all(one.values.get("practice") is True for one in written):
        return  # nobody could open anything: told by a rule of its own
    listed = [one for one in written if one.values.get("id") == wanted]
    if not listed:
        yield Finding(
            place=(*signals.place, "urgent_purpose"),
            reason=f"目的「{wanted}」は purposes にありません。",
            instead="purposes に書いた目的の id を書いてください。",
        )
    elif listed[0].values.get("case_number") == "required" or listed[0].values.get("practice") is True:
        yield Finding(
            place=(*signals.place, "urgent_purpose"),
            reason=f"目的「{wanted}」では、110番の案内をすぐに開けません。",
            instead="件番号が要らず、練習だけのものでない目的の id を書いてください。",
        )


RULES = (
    phrases_can_be_looked_for,
    phrases_are_of_a_known_kind,
    phrases_have_names_of_their_own,
    sounds_are_long_enough,
    life_is_no_harassment,
    duty_lines_exist,
    urgent_purpose_exists,
)
