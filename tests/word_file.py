"""What a reader sees in a Word file."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def words_of(file: bytes) -> str:
    """Return the words of all paragraphs, a line each."""
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        document = ET.fromstring(packed.read("word/document.xml"))  # noqa: S314  of our own making
    return "\n".join(
        "".join(one.text or "" for one in paragraph.iter(f"{_W}t")) for paragraph in document.iter(f"{_W}p")
    )
