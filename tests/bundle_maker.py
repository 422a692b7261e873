"""The worker's part of a bundle, for tests that play the office."""

from __future__ import annotations

from pathlib import Path

from api.disclosure_texts import KINDS
from disclosure.bundle.make_bundle_job import MakeBundle
from incidents.papers.fonts import find_fonts
from storage.access_heads import signing_key
from tests.office import Office
from transcription.reading import Reader

_READER = Reader()


def bundle_maker(office: Office, folder: Path) -> MakeBundle:
    """Return the job with the office's collaborators."""
    return MakeBundle(
        database=office.worker, vault=office.worker_vault, files=office.parts.bundles,
        profile=office.parts.profile, kinds={kind.value: name for kind, name in KINDS.items()},
        key=signing_key(office.keys), fonts=find_fonts, reading=lambda: _sounds,
        seal=office.parts.numbers.seal_name, folder=folder, clock=office.parts.clock,
    )  # fmt: skip


def _sounds(words: str) -> str:
    return _READER.read(words).sounds
