"""The worker's part of a bundle, for tests that play the office."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from api.disclosure_texts import KINDS
from disclosure.bundle.hear_bundle_job import HearBundle
from disclosure.bundle.make_bundle_job import MakeBundle
from incidents.papers.fonts import find_fonts
from storage.access_heads import signing_key
from tests.office import Office
from transcription.engine import ModelIdentity, ModelMissing
from transcription.hearing import GoOn
from transcription.pieces import Piece
from transcription.reading import Reader
from transcription.utterance import Track, Utterance

_READER = Reader()


_KINDS = {kind.value: name for kind, name in KINDS.items()}


class Ears:
    """A recogniser that hears the same words in everything, or is not there."""

    def __init__(
        self, words: str = "", *, missing: bool = False, before: Callable[[int], None] | None = None
    ) -> None:
        self.words, self.missing, self.before = words, missing, before
        self.heard = 0

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        return {}

    def model(self) -> ModelIdentity:
        if self.missing:
            raise ModelMissing
        return ModelIdentity(name="ears", sha256="0" * 64)

    def hear(self, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn) -> list[Utterance]:
        assert vocabulary == (), "one that knows the name would write it for a tone"
        go_on()
        self.heard += 1
        if self.before is not None:
            self.before(self.heard)
        if not self.words:
            return []
        seconds = len(piece.caller) / 8000
        return [Utterance(track=Track.ROOM, start=0.0, end=seconds, text=self.words, words=())]


@dataclass(frozen=True)
class BundleWork:
    """Both of the worker's jobs, one after the other."""

    make: MakeBundle
    hear: HearBundle

    def __call__(self, bundle: str) -> None:
        self.make(bundle)
        self.hear(bundle)


def bundle_work(office: Office, folder: Path, ears: Ears | None = None) -> BundleWork:
    """Return the jobs with the office's collaborators."""
    hear = HearBundle(
        database=office.worker, vault=office.worker_vault, files=office.parts.bundles,
        profile=office.parts.profile, kinds=_KINDS, hears=ears or Ears(), reading=lambda: _sounds,
        open_password=office.parts.numbers.open_name, folder=folder,
    )  # fmt: skip
    return BundleWork(make=bundle_maker(office, folder), hear=hear)


def bundle_maker(office: Office, folder: Path) -> MakeBundle:
    """Return the job that makes, with the office's collaborators."""
    return MakeBundle(
        database=office.worker, vault=office.worker_vault, files=office.parts.bundles,
        announcer=office.parts.announcer,
        profile=office.parts.profile, kinds=_KINDS,
        key=signing_key(office.keys), fonts=find_fonts, reading=lambda: _sounds,
        seal=office.parts.numbers.seal_name, folder=folder, clock=office.parts.clock,
    )  # fmt: skip


def _sounds(words: str) -> str:
    return _READER.read(words).sounds
