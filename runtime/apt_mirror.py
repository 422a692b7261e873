"""Where this machine gets its Debian packages from, in either form of apt's source lists."""

from __future__ import annotations

import os
import re
from pathlib import Path

_ONE_LINE = re.compile(r"^\s*deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>https?://\S+)\s+(?P<suite>\S+)\s+(?P<rest>.+)$")
_DEBIAN = re.compile(r"/debian/?$")


def apt_mirror(apt: Path = Path("/etc/apt")) -> str | None:
    """Return the address of a Debian mirror, or nothing when the machine names none.

    ``TSUWAROKU_DEBIAN_MIRROR`` rules. Security archives and other vendors' archives are no mirrors of sid.
    """
    if given := os.environ.get("TSUWAROKU_DEBIAN_MIRROR"):
        return given
    files = [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]
    found = [uri for file in files for uri in _one_line_uris(_text(file))]
    found += [
        uri
        for file in sorted((apt / "sources.list.d").glob("*.sources"))
        for uri in _deb822_uris(_text(file))
    ]
    return next((uri for uri in found if _DEBIAN.search(uri)), None)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _one_line_uris(text: str) -> list[str]:
    return [match["uri"] for line in text.splitlines() if (match := _ONE_LINE.match(line))]


def _deb822_uris(text: str) -> list[str]:
    uris: list[str] = []
    for stanza in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace():
                fields[name] = f"{fields.get(name, '')} {line.strip()}"
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
            uris += [uri for uri in fields.get("uris", "").split() if uri.startswith(("http://", "https://"))]
    return uris
