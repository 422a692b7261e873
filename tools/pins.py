"""What requirements/*.lock pin: every version that a machine of ours may hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
LOCKS = ("runtime", "dev", "voice")

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pin:
    """One package at one version; ``hashes`` are SHA-256 of the files that may be installed for it."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()


def pins_of(lock: str, folder: Path = REQUIREMENTS) -> list[Pin]:
    """Read one lock. A package may stand there in two versions, for two versions of Python."""
    blocks = re.split(r"\n(?=\S)", (folder / f"{lock}.lock").read_text(encoding="utf-8"))
    return sorted(
        Pin(name=found[1].lower(), version=found[2], hashes=tuple(_HASH.findall(block)))
        for block in blocks
        if (found := _PIN.match(block))
    )


def all_pins(folder: Path = REQUIREMENTS) -> list[Pin]:
    """Read every lock; each package and version once."""
    whole = {(pin.name, pin.version): pin for lock in LOCKS for pin in pins_of(lock, folder)}
    return sorted(whole.values())
