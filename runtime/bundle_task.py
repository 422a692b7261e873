"""The job that makes bundles, out of the parts of a worker."""

from __future__ import annotations

from api.disclosure_texts import KINDS
from disclosure.bundle.make_bundle_job import MakeBundle
from incidents.papers.fonts import find_fonts
from runtime.wiring import Parts
from storage.bundle_files import BundleFiles
from storage.jobs import Task
from transcription.reading import Reader


def bundle_task(parts: Parts) -> Task:
    """Return the task. Fonts and the dictionary are read when the first bundle is made."""

    def reading(text: str) -> str:
        return reader().read(text).sounds

    def reader() -> Reader:
        if not kept:
            kept.append(Reader())
        return kept[0]

    kept: list[Reader] = []
    job = MakeBundle(
        database=parts.database,
        vault=parts.vault,
        files=BundleFiles(parts.objects),
        profile=parts.profile,
        kinds={kind.value: name for kind, name in KINDS.items()},
        key=parts.head_key,
        fonts=find_fonts,
        reading=lambda: reading,
        seal=parts.numbers.seal_name,
        folder=parts.installation.home.path / "bundles-in-the-making",
        clock=parts.clock,
    )
    return Task(name="make_bundle", queue="derive", handler=job)
