"""One file in a form, read as it comes: never whole in memory, never plain on a disk.

The form has a token and one file, in this order. Of the file's name nothing is used as a path: it is words
that the browser told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from core.errors import DomainError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

LONGEST_NAME = 200
_LONGEST_HEADER = 4096
_LONGEST_TOKEN = 200
_TOKEN, _FILE = "csrf", "file"


class UploadBroken(DomainError):
    """The file did not come whole; nothing of it was kept."""

    code = "upload-broken"
    http_status = 400


class EmptyFile(DomainError):
    """The file has no content, or none was chosen."""

    code = "empty-file"
    http_status = 422


class FileTooLarge(DomainError):
    """The file is larger than the city takes."""

    code = "file-too-large"
    http_status = 413


class UploadedFile:
    """A form with a token and a file.

    Args:
        content_type: of the request
        chunks: its body as it comes
        largest: bytes of a file that are taken
    """

    def __init__(self, content_type: str, chunks: Iterable[bytes], largest: int) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:  # noqa: PLR2004  RFC 2046
            raise UploadBroken
        self._chunks = iter(chunks)
        self._left = largest
        self._parts = _Parts()
        self._parser = MultipartParser(boundary, self._parts.callbacks())
        self.token = ""
        self.name = ""
        """What the browser calls the file: words."""

    def read_head(self) -> None:
        """Read on to the first byte of the file: afterwards token and name are known.

        Raises:
            UploadBroken, EmptyFile, or whatever the chunks raise
        """
        while not self._parts.in_file:
            if self._parts.ended:
                raise EmptyFile
            self._feed()
        self.token = bytes(self._parts.token).decode("utf-8", "replace")
        self.name = _plain_name(bytes(self._parts.file_name))

    def blocks(self) -> Iterator[bytes]:
        """Yield the file.

        Raises:
            UploadBroken, EmptyFile, FileTooLarge, or whatever the chunks raise
        """
        came = False
        while True:
            while self._parts.data:
                block = self._parts.data.popleft()
                self._left -= len(block)
                if self._left < 0:
                    raise FileTooLarge
                came = True
                yield block
            if self._parts.file_ended:
                break
            self._feed()
        if not came:
            raise EmptyFile

    def _feed(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise UploadBroken
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise UploadBroken from None


class _Parts:
    """What the parser found, in the order in which it came."""

    def __init__(self) -> None:
        self.token = bytearray()
        self.file_name = bytearray()
        self.data = deque[bytes]()
        self.in_file = self.file_ended = self.ended = False
        self._part = ""
        self._field, self._value = bytearray(), bytearray()

    def callbacks(self) -> MultipartCallbacks:
        """Say what is called for what the parser finds."""
        return {
            "on_part_begin": self._begin, "on_header_field": self._on_field,
            "on_header_value": self._on_value, "on_header_end": self._on_header,
            "on_part_data": self._on_data, "on_part_end": self._end, "on_end": self._whole,
        }  # fmt: skip

    def _begin(self) -> None:
        self._part = ""
        self._field, self._value = bytearray(), bytearray()

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._gather(self._field, data[start:end], _LONGEST_HEADER)

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._gather(self._value, data[start:end], _LONGEST_HEADER)

    def _on_header(self) -> None:
        if bytes(self._field).lower() == b"content-disposition":
            _kind, options = parse_options_header(bytes(self._value))
            self._part = options.get(b"name", b"").decode("utf-8", "replace")
            if self._part == _FILE:
                if self.in_file:
                    raise UploadBroken  # one file, not two
                self.in_file = True
                self.file_name += options.get(b"filename", b"")[:_LONGEST_HEADER]
        self._field, self._value = bytearray(), bytearray()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._part == _TOKEN:
            self._gather(self.token, data[start:end], _LONGEST_TOKEN)
        elif self._part == _FILE:
            self.data.append(data[start:end])
        else:
            raise UploadBroken

    def _end(self) -> None:
        self.file_ended = self.file_ended or self._part == _FILE

    def _whole(self) -> None:
        self.ended = True

    @staticmethod
    def _gather(into: bytearray, data: bytes, longest: int) -> None:
        into += data
        if len(into) > longest:
            raise UploadBroken


def _plain_name(told: bytes) -> str:
    words = unquote_to_bytes(told).decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in words if letter.isprintable()).strip()[:LONGEST_NAME]
