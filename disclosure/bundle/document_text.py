"""All text of a document of a bundle, wherever it lies in it, and every part that no paper of ours has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import IndirectObject

_OUR_INFO = {
    "/Author",
    "/CreationDate",
    "/Creator",
    "/Keywords",
    "/ModDate",
    "/Producer",
    "/Subject",
    "/Title",
    "/Trapped",
}
_FOREIGN = (
    "/EmbeddedFiles",
    "/JavaScript",
    "/JS",
    "/OpenAction",
    "/AA",
    "/OCProperties",
    "/AcroForm",
    "/Metadata",
)


def all_text(suffix: str, data: BytesIO) -> str:
    """Return the text of a document: of a PDF its pages, its information, and every string in any object."""
    if suffix != ".pdf":
        return unicodedata.normalize("NFKC", data.getvalue().decode("utf-8", errors="replace"))
    reader = PdfReader(data)
    parts = [page.extract_text() for page in reader.pages]
    parts += [str(one) for one in (reader.metadata or {}).values()]
    parts += list(_strings(reader.trailer, set()))
    return unicodedata.normalize("NFKC", "\n".join(parts))


def foreign_parts(suffix: str, data: bytes) -> Iterator[str]:
    """Name what a paper of ours never has: annotations, layers, attachments, scripts, bytes after the end."""
    if suffix != ".pdf":
        return
    if not data.rstrip(b"\r\n").endswith(b"%%EOF") or data.count(b"%%EOF") != 1:
        yield "after the end"
    reader = PdfReader(BytesIO(data))
    names = {str(key) for key in _keys(reader.trailer.get("/Root"), set())}
    for one in _FOREIGN:
        if one in names:
            yield one
    for number, page in enumerate(reader.pages, 1):
        if "/Annots" in page:
            yield f"annotation on page {number}"
    for key in reader.metadata or {}:
        if key not in _OUR_INFO:
            yield str(key)


def _strings(thing: Any, seen: set[int]) -> Iterator[str]:  # noqa: ANN401  any object of a PDF
    thing = _met(thing, seen)
    if isinstance(thing, dict):
        for key, one in thing.items():
            if key not in {"/Parent", "/P"}:
                yield from _strings(one, seen)
    elif isinstance(thing, list):
        for one in thing:
            yield from _strings(one, seen)
    elif isinstance(thing, str) and not thing.startswith("/"):
        yield str(thing)


def _keys(thing: Any, seen: set[int]) -> Iterator[str]:  # noqa: ANN401  any object of a PDF
    thing = _met(thing, seen)
    if isinstance(thing, dict):
        for key, one in thing.items():
            yield str(key)
            yield from _keys(one, seen)
    elif isinstance(thing, list):
        for one in thing:
            yield from _keys(one, seen)


def _met(thing: Any, seen: set[int]) -> Any:  # noqa: ANN401  any object of a PDF
    """Return an object; one that was met before is nothing."""
    if isinstance(thing, IndirectObject):
        if thing.idnum in seen:
            return None
        seen.add(thing.idnum)
        return thing.get_object()
    return thing
