"""Whether a finished bundle holds anything of what is left out: looked at as a stranger would look.

Every file is read as it lies in the ZIP. A file that holds more than it must (an annotation, a layer, bytes
after its end, a comment) is a finding, whatever is in it. Sound: ``sound_leaks``; words: ``word_leaks``;
files as such: ``made_again``; the ZIP: ``zip_shape``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyzipper

from disclosure.bundle.document_text import foreign_parts
from disclosure.bundle.finding import Finding, Leak
from disclosure.bundle.heard_again import Recogniser, heard_again
from disclosure.bundle.leak_report import LeakReport
from disclosure.bundle.left_out import Reading, also_said
from disclosure.bundle.made_again import made_again_findings
from disclosure.bundle.making import OMISSIONS, OMISSIONS_CSV, TRANSCRIPT
from disclosure.bundle.manifest import NAME
from disclosure.bundle.release import Release
from disclosure.bundle.sound_leaks import opus_findings, wav_findings
from disclosure.bundle.word_leaks import WordLeaks
from disclosure.bundle.words_for_receiver import READ_ME
from disclosure.bundle.workroom import workroom
from disclosure.bundle.zip_shape import zip_faults
from incidents.papers.fonts import ReportFonts, find_fonts

_DOCUMENTS = frozenset({".pdf", ".csv", ".txt", ".json"})


def look_through(  # noqa: PLR0913  what was released, where it lies, and how words are read and heard
    release: Release,
    path: Path,
    password: str,
    *,
    reading: Reading,
    fonts: ReportFonts,
    recogniser: Recogniser | None = None,
    told: Callable[[int, int], None] | None = None,
) -> LeakReport:
    """Look through a finished bundle; its files are taken out beside it for as long as that takes.

    Args:
        release: what was to be released, with its masters
        path: of the finished ZIP
        password: of it
        reading: how words are read
        fonts: of the papers
        recogniser: hears the passages once more; None: nobody does, and the report says so
        told: hears after each passage that was heard again how many of how many are done

    Raises:
        OSError, zipfile.BadZipFile, RuntimeError: the file or the password is none of this bundle
    """
    found = [Finding(leak=Leak.MORE, file=path.name, place=fault) for fault in zip_faults(path)]
    with workroom(path.parent) as folder:
        with pyzipper.AESZipFile(path) as bundle:
            bundle.setpassword(password.encode())
            names = bundle.namelist()
            found += [
                Finding(leak=Leak.UNKNOWN, file=path.name, place="name of an entry")
                for _ in {*names} - _names(release)
            ]
            if len(names) != len({*names}):
                found.append(Finding(leak=Leak.MORE, file=path.name, place="an entry twice"))
            for name in {*names} & _names(release):
                bundle.extract(name, folder)
        found += findings(release, folder, reading, fonts)
        if recogniser is not None:
            found += heard_again(release, folder, recogniser, reading, told)
    return LeakReport(
        findings=tuple(found), also_said=tuple(also_said(release, reading)),
        heard_again=recogniser is not None,
    )  # fmt: skip


def findings(
    release: Release, folder: Path, reading: Reading, fonts: ReportFonts | None = None
) -> Iterator[Finding]:
    """Look through the files of a finished bundle.

    Args:
        release: what was to be released, with its masters
        folder: where the files of the ZIP lie, taken out of it
        reading: how words are read
        fonts: of the papers; None: those of this machine
    """
    fonts = fonts or find_fonts()
    known = {f"call-{number}": call for number, call in enumerate(release.calls, 1)}
    words = WordLeaks(release, reading, fonts)
    for path in sorted(folder.iterdir()):
        call = known.get(path.stem)
        if path.suffix == ".wav" and call:
            yield from wav_findings(call, path, release.cover)
        elif path.suffix == ".webm" and call:
            yield from opus_findings(call, path)
        else:
            if path.name not in _names(release):
                yield Finding(leak=Leak.UNKNOWN, file=path.name)
            if path.suffix in _DOCUMENTS:
                yield from _document(path, words)
    for name in sorted(one for one in _names(release) if one.startswith("call-")):
        if not (folder / name).exists():
            yield Finding(leak=Leak.MISSING, file=name)
    yield from made_again_findings(release, folder, fonts)


def _document(path: Path, words: WordLeaks) -> Iterator[Finding]:
    for part in foreign_parts(path.suffix, path.read_bytes()):
        yield Finding(leak=Leak.MORE, file=path.name, place=part)
    yield from words.findings(path)


def _names(release: Release) -> set[str]:
    calls = range(1, len(release.calls) + 1)
    return {
        *(f"call-{number}{suffix}" for number in calls for suffix in (".wav", ".webm")),
        NAME, READ_ME, TRANSCRIPT, OMISSIONS, OMISSIONS_CSV,
    }  # fmt: skip
