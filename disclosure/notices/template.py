"""Word files with merge fields (差し込み印刷): read, checked, filled in.

A city changes its notices in Word, as it does its mail merges. A file holds fields and no program: macros
and formulas of Word are not run here, and a field of another name is refused instead of left empty.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailmerge import MailMerge

from core.errors import DomainError
from core.logs import get_log
from disclosure.notices.fields import FIELDS
from disclosure.notices.kinds import NoticeKind

log = get_log()
SHIPPED = Path(__file__).resolve().parents[2] / "profiles" / "notices"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LARGEST = 5 * 1024 * 1024  # bytes of the file
_LARGEST_INSIDE = 30 * 1024 * 1024  # and of everything in it, unpacked
_MOST_FILES = 300


class TemplateBroken(DomainError):
    """A city's Word file cannot be used."""

    code = "notice-template-broken"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Templates:
    """The Word files: the city's own beside its profile, else those of the program."""

    folder: Path | None = None

    def of(self, kind: NoticeKind) -> bytes:
        """Return a file.

        Raises:
            TemplateBroken: the city's own is larger than any, or cannot be read
        """
        own = self.folder / f"{kind.value}.docx" if self.folder else None
        if own is None or not own.exists():
            return (SHIPPED / f"{kind.value}.docx").read_bytes()
        try:
            with own.open("rb") as file:
                return file.read(_LARGEST + 1)
        except OSError as failure:
            log.warning("notice.template-unreadable", file=own.name)
            raise TemplateBroken from failure


def names_in(template: bytes) -> frozenset[str]:
    """Return the names of the fields of a Word file.

    Raises:
        TemplateBroken: it is none
    """
    _size_is_fair(template)
    try:
        with MailMerge(io.BytesIO(template)) as read:
            return frozenset(read.get_merge_fields())
    except _UNREADABLE as failure:
        raise TemplateBroken from failure


def filled(template: bytes, values: Mapping[str, str]) -> bytes:
    """Return the Word file with its fields filled in.

    Raises:
        TemplateBroken: it is none, or has a field that no notice has
    """
    strange = names_in(template) - set(FIELDS)
    if strange:
        log.warning("notice.template-strange-fields", fields=sorted(strange))
        raise TemplateBroken
    made = io.BytesIO()
    try:
        with MailMerge(io.BytesIO(template)) as merged:
            merged.merge(**{name: _printable(value) for name, value in values.items()})
            merged.write(made)
    except _UNREADABLE as failure:
        raise TemplateBroken from failure
    return made.getvalue()


_UNREADABLE = (
    zipfile.BadZipFile, SyntaxError, KeyError, ValueError, IndexError, NotImplementedError,
    AttributeError, RuntimeError, OSError, EOFError, zipfile.LargeZipFile, TypeError, AssertionError,
    zlib.error,
)  # fmt: skip
"""What the reader of Word files raises on files that are none."""


def _size_is_fair(template: bytes) -> None:
    if len(template) > _LARGEST:
        raise TemplateBroken
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as packed:
            inside = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as failure:
        raise TemplateBroken from failure
    if len(inside) > _MOST_FILES or sum(one.file_size for one in inside) > _LARGEST_INSIDE:
        raise TemplateBroken


def _printable(value: str) -> str:
    """Leave out what no Word file can hold."""
    return "".join(one for one in value if one == "\n" or one.isprintable())
