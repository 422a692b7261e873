"""Whether a finished bundle holds anything of what is left out: looked at as a stranger would look.

Every file is read as it lies in the ZIP. Words that are left out are looked for in all text of every
document, as written and by their reading; a file that holds more than it must (an annotation, a layer, bytes
after its end) is a finding, whatever is in it. Sound: ``sound_leaks``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from disclosure.bundle.document_text import all_text, foreign_parts
from disclosure.bundle.finding import Finding, Leak
from disclosure.bundle.making import TRANSCRIPT
from disclosure.bundle.omissions import SIDES
from disclosure.bundle.release import Release
from disclosure.bundle.sound_leaks import opus_findings, wav_findings
from disclosure.bundle.words_for_receiver import words_for_receiver
from transcription.utterance import Word

_SOUNDS = 4
Reading = Callable[[str], str]
"""Returns how words are read, in kana."""


def findings(release: Release, folder: Path, reading: Reading) -> Iterator[Finding]:
    """Look through the files of a finished bundle.

    Args:
        release: what was to be released, with its masters
        folder: where the files of the ZIP lie, taken out of it
        reading: how words are read
    """
    known = {f"call-{number}": call for number, call in enumerate(release.calls, 1)}
    for path in sorted(folder.iterdir()):
        call = known.get(path.stem)
        if path.suffix == ".wav" and call:
            yield from wav_findings(call, path)
        elif path.suffix == ".webm" and call:
            yield from opus_findings(call, path)
        elif path.suffix in {".pdf", ".csv", ".txt", ".json"}:
            yield from _document(release, path, reading)
        else:
            yield Finding(leak=Leak.UNKNOWN, file=path.name)
    for name in known:
        for suffix in (".wav", ".webm"):
            if not (folder / f"{name}{suffix}").exists():
                yield Finding(leak=Leak.MISSING, file=f"{name}{suffix}")


def left_out_words(release: Release) -> set[str]:
    """Return the words that are left out, each of more than one sign."""
    hidden = set[str]()
    for call in release.calls:
        for line in call.said:
            silent = call.silent(line.said.track)
            if not any(piece.left_out for piece in call.shown(line)):
                continue
            words = line.said.words or (
                Word(text=line.said.text, start=line.said.start, end=line.said.end, probability=1),
            )
            hidden |= {
                "".join(word.text.split())
                for word in words
                if any(
                    word.start < one.end and one.start < max(word.end, word.start + 0.001) for one in silent
                )
            }
    return {word for word in hidden if len(word) > 1}


def _document(release: Release, path: Path, reading: Reading) -> Iterator[Finding]:
    data = path.read_bytes()
    for part in foreign_parts(path.suffix, data):
        yield Finding(leak=Leak.MORE, file=path.name, place=part)
    told = _plain(all_text(path.suffix, BytesIO(data)))
    fixed = _plain("\n".join((
        release.city, release.agency, release.kind, release.receipt, release.filed, *release.grounds.values(),
        *(call.line for call in release.calls), words_for_receiver(release), *SIDES.values(),
    )))  # fmt: skip
    shown = _plain(_shown(release)) if path.name == TRANSCRIPT else ""
    spoken, may_be_spoken = reading(told), reading(shown) + reading(fixed)
    for number, word in enumerate(sorted(left_out_words(release))):
        plain = _plain(word)
        if plain in fixed:
            continue
        heard = reading(plain)
        # A reading of few sounds stands in many words: it says something only where it stands nowhere else.
        by_sound = len(heard) >= _SOUNDS and heard in spoken and heard not in may_be_spoken
        if told.count(plain) > shown.count(plain) or by_sound:
            yield Finding(leak=Leak.WORDS, file=path.name, place=f"word {number}")


def _shown(release: Release) -> str:
    """Return what may be read of the transcript."""
    return "\n".join(
        piece.text
        for call in release.calls
        for line in call.said
        for piece in call.shown(line)
        if not piece.left_out
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
