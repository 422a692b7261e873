"""All rules of signals together: what is known of a call in, signals out. Pure; it acts on nobody."""

from __future__ import annotations

from core.profile.model import CityProfile
from incidents.signals.clocks import clocks_ran_on, explained_for_long
from incidents.signals.facts import CallFacts
from incidents.signals.limits import Limits
from incidents.signals.loudness import loud_voice
from incidents.signals.phrases import Phrases
from incidents.signals.repeats import calls_repeat, one_after_another
from incidents.signals.signal import Signal
from incidents.signals.talk_over import talks_over
from incidents.signals.words import Words


class SignalRules:
    """The rules as one city sets them.

    Args:
        limits: its figures
        phrases: its phrases
        words: by which a call explains itself
    """

    def __init__(self, limits: Limits, phrases: Phrases, words: Words) -> None:
        self._limits = limits
        self._phrases = phrases
        self._words = words

    def of(self, call: CallFacts) -> tuple[Signal, ...]:
        """Return every signal of a call, what is most urgent first, then as it comes in the recording."""
        found = [
            *clocks_ran_on(call, self._limits),
            *explained_for_long(call, self._limits),
            *calls_repeat(call, self._limits),
            *one_after_another(call, self._limits),
            *loud_voice(call, self._limits, self._words),
            *talks_over(call, self._limits, self._words),
            *self._phrases.found_in(call),
        ]
        return tuple(sorted(found, key=lambda one: (not one.kind.urgent, one.at, one.kind, one.rule)))


def signal_rules(profile: CityProfile, limits: Limits | None = None) -> SignalRules:
    """Make a city's rules ready; ``limits`` stand for its own where somebody measures with others."""
    words = Words.of(profile.signals.contexts)
    phrases = Phrases(profile.signals.phrases, profile.signals.not_a_signal, words)
    return SignalRules(limits or Limits.of(profile), phrases, words)
