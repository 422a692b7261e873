"""The jobs that make bundles and have them heard once more, out of the parts of a worker."""

from __future__ import annotations

from collections.abc import Callable

from api.disclosure_texts import KINDS
from disclosure.bundle.hear_bundle_job import HearBundle
from disclosure.bundle.left_out import Reading
from disclosure.bundle.make_bundle_job import MakeBundle
from incidents.papers.fonts import find_fonts
from runtime.wiring import Parts
from storage.bundle_files import BundleFiles
from storage.jobs import Task
from transcription.hearing import Hears
from transcription.reading import Reader

_KINDS = {kind.value: name for kind, name in KINDS.items()}


def bundle_task(parts: Parts) -> Task:
    """Return the task that makes them. Fonts and the dictionary are read when the first bundle is made."""
    job = MakeBundle(
        database=parts.database,
        vault=parts.vault,
        announcer=parts.announcer,
        files=BundleFiles(parts.objects),
        profile=parts.profile,
        kinds=_KINDS,
        key=parts.head_key,
        fonts=find_fonts,
        reading=_reading(),
        seal=parts.numbers.seal_name,
        folder=parts.installation.home.path / "bundles-in-the-making",
        clock=parts.clock,
    )
    return Task(name="make_bundle", queue="derive", handler=job)


def hearing_task(parts: Parts, hears: Hears) -> Task:
    """Return the task that has them heard, where recognition is."""
    job = HearBundle(
        database=parts.database,
        vault=parts.vault,
        files=BundleFiles(parts.objects),
        profile=parts.profile,
        kinds=_KINDS,
        hears=hears,
        reading=_reading(),
        open_password=parts.numbers.open_name,
        folder=parts.installation.home.path / "bundles-in-hearing",
    )
    return Task(name="hear_bundle", queue="transcribe", handler=job)


def _reading() -> Callable[[], Reading]:
    kept: list[Reader] = []

    def sounds(text: str) -> str:
        return kept[0].read(text).sounds

    def reading() -> Reading:
        if not kept:
            kept.append(Reader())
        return sounds

    return reading
