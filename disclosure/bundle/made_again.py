"""Whether each paper and list of a bundle is, byte by byte, what the release gives when it is made again.

A search for words finds what is written as words. What is hidden in another way (escaped, compressed, as a
glyph with a lying character map, as an object that nothing refers to, as a comment between two commands)
has no place in a file that must be these very bytes. What the maker itself does wrong is looked for apart:
in the text (``leak_check``), and here in the length of the boxes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from disclosure.bundle import manifest
from disclosure.bundle.finding import Finding, Leak
from disclosure.bundle.making import OMISSIONS, OMISSIONS_CSV, TRANSCRIPT
from disclosure.bundle.omissions import as_csv
from disclosure.bundle.paper import omissions_pdf, transcript_pdf
from disclosure.bundle.release import Release
from disclosure.bundle.words_for_receiver import READ_ME, words_for_receiver
from incidents.papers.fonts import ReportFonts

_BOX, _BOXES = "■", 3
_KEY, _SIGNATURE = 64, 128


def made_again_findings(release: Release, folder: Path, fonts: ReportFonts) -> Iterator[Finding]:
    """Look whether the files are what the release gives, and no box tells how much lies under it.

    Args:
        release: what was to be released
        folder: where the files of the ZIP lie, taken out of it
        fonts: of the papers
    """
    wanted = {
        TRANSCRIPT: transcript_pdf(release, fonts),
        OMISSIONS: omissions_pdf(release, fonts),
        OMISSIONS_CSV: as_csv(release),
        READ_ME: words_for_receiver(release).encode(),
    }
    for name, data in wanted.items():
        path = folder / name
        if not path.exists():
            yield Finding(leak=Leak.MISSING, file=name)
        elif path.read_bytes() != data:
            yield Finding(leak=Leak.MORE, file=name, place="not as it was made")
    if (folder / TRANSCRIPT).exists() and _boxes(folder / TRANSCRIPT) != _boxes_due(release):
        yield Finding(leak=Leak.MORE, file=TRANSCRIPT, place="length of boxes")
    if not (folder / manifest.NAME).exists():
        yield Finding(leak=Leak.MISSING, file=manifest.NAME)
    elif not manifest_is_due(release, folder):
        yield Finding(leak=Leak.MORE, file=manifest.NAME, place="not as it was made")


def _boxes(path: Path) -> int:
    return sum(page.extract_text().count(_BOX) for page in PdfReader(BytesIO(path.read_bytes())).pages)


def _boxes_due(release: Release) -> int:
    """Return how many squares there are: three wherever words are left out, three in the legend."""
    pieces = [piece for call in release.calls for line in call.said for piece in call.shown(line)]
    return _BOXES + sum(_BOXES if piece.left_out else piece.text.count(_BOX) for piece in pieces)


def manifest_is_due(release: Release, folder: Path) -> bool:
    """Say whether the manifest has the release's words, the files that lie there, and not a byte more."""
    data = (folder / manifest.NAME).read_bytes()
    try:
        body: dict[str, Any] = json.loads(data)
        if (
            data
            != json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        ):
            return False
        key, signature, made_at = body.pop("key"), body.pop("signature"), body.pop("made_at")
        if (len(bytes.fromhex(key)), len(bytes.fromhex(signature))) != (_KEY // 2, _SIGNATURE // 2):
            return False
        if datetime.fromisoformat(made_at).isoformat() != made_at:
            return False
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    files = sorted(one for one in folder.iterdir() if one.name != manifest.NAME)
    return body == manifest.body_of(release, files)
