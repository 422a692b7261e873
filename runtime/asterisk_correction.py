"""Makes a copy of an Asterisk in which one comparison is undone: Debian's drops sound it takes for late.

Debian's package carries a patch for its Opus decoder (``2016_opus_plc.patch``, bug 1060275). It makes every
translation of sound compare RTP sequence numbers and drop what seems to come late. A recording's translation
lives as long as the call; each telephone begins its numbers anywhere. After a transfer, or when a telephone
begins its stream anew, half of all voices seem late, for up to eleven minutes: heard in the call, and missing
on the recording. Upstream's Asterisk compares nothing there. Measured in docs/decisions/0034.

Only the standard library is needed, so that the file can be run where an image of Asterisk is built:
``python3 asterisk_correction.py FROM TO``.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_COMPARED = re.compile(rb"\x8b\x97\x88\x00\x00\x00\x81\xfa\xff\xff\x00\x00(\x77)", re.DOTALL)
"""x86-64: the path's last number → edx; compare with 0xffff; jump past the dropping if above (0x77)."""
_ALWAYS_JUMP = 0xEB
_FROM_DEBIAN = b"dfsg"
"""Debian's version says so; only Debian's packages carry the patch."""


class Correction(StrEnum):
    """What became of a program."""

    NOT_NEEDED = "not-needed"
    DONE = "done"
    NOT_POSSIBLE = (
        "not-possible"  # the patch is in it, and not in the form we know, or nothing can be written
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedProgram:
    """The program to start, and what became of it."""

    path: Path
    correction: Correction


def corrected(program: bytes) -> tuple[bytes, Correction]:
    """Return a program that drops no sound for its numbers, as far as we know its form."""
    found = list(_COMPARED.finditer(program))
    if len(found) == 1:
        at = found[0].start(1)
        return program[:at] + bytes((_ALWAYS_JUMP,)) + program[at + 1 :], Correction.DONE
    perhaps = bool(found) or _FROM_DEBIAN in program
    return program, Correction.NOT_POSSIBLE if perhaps else Correction.NOT_NEEDED


def corrected_copy(program: Path, folder: Path) -> CorrectedProgram:
    """Write the corrected copy of a program into a folder, once per content; the program itself stays."""
    try:
        content = program.read_bytes()
        better, correction = corrected(content)
        if correction is not Correction.DONE:
            return CorrectedProgram(path=program, correction=correction)
        copy = folder / f"asterisk-{hashlib.sha256(content).hexdigest()[:16]}"
        if not copy.exists() or copy.read_bytes() != better:
            _write(copy, better)
    except OSError:
        return CorrectedProgram(path=program, correction=Correction.NOT_POSSIBLE)
    return CorrectedProgram(path=copy, correction=Correction.DONE)


def _write(copy: Path, content: bytes) -> None:
    """Put the copy there whole: two that start at once, or a full disk, leave no half of a program."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    descriptor, making = tempfile.mkstemp(prefix=".asterisk-", dir=copy.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(making).chmod(0o755)
        Path(making).rename(copy)
    except OSError:
        Path(making).unlink(missing_ok=True)
        raise


def main(program: str, copy: str) -> int:
    """Correct one file into another; 1 when its form is not known."""
    content, correction = corrected(Path(program).read_bytes())
    if correction is not Correction.NOT_POSSIBLE:
        _write(Path(copy), content)
    sys.stderr.write(f"{program}: {correction.value}\n")
    return int(correction is Correction.NOT_POSSIBLE)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
