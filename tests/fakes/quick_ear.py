"""An ear that says how long each sound was instead of what was said, and remembers what it was given."""

from __future__ import annotations

from transcription.engine import SAMPLE_RATE, ModelMissing, Samples


class QuickEar:
    """Hears at once. ``missing``: it has no model; ``unsure``: nothing it hears is to be believed."""

    def __init__(self, *, missing: bool = False, unsure: bool = False) -> None:
        self.missing = missing
        self.unsure = unsure
        self.heard: list[tuple[Samples, bool]] = []

    def prepare(self) -> None:
        """Have a model, or not."""
        if self.missing:
            raise ModelMissing

    def hear(self, sound: Samples, *, sure: bool) -> str | None:
        """Say the tenths of a second."""
        self.prepare()
        self.heard.append((sound, sure))
        return None if self.unsure else f"{len(sound) * 10 // SAMPLE_RATE}"
