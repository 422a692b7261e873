"""不開示部分一覧: of each passage that is left out, where it lies and why. No word of it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from disclosure.bundle.release import Release
from transcription.utterance import Span, Track

SIDES = {Track.CALLER: "相手", Track.HALL: "職員", Track.ROOM: "会場"}
HEAD = ("番号", "通話", "だれの声", "から", "まで", "理由", "説明")


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """One row of the list."""

    number: int
    call: str
    side: str
    start: str
    end: str
    ground: str
    note: str

    @property
    def row(self) -> tuple[str, ...]:
        """The row as it is written."""
        return (str(self.number), self.call, self.side, self.start, self.end, self.ground, self.note)


def omissions(release: Release) -> Iterator[Omission]:
    """Return the list in order. Seconds are whole ones: a tenth of a second tells how long a name is."""
    number = 0
    for call in release.calls:
        for one in sorted(call.masks, key=lambda mask: (mask.span.start, mask.track)):
            number += 1
            start, end = whole_seconds(one.span)
            yield Omission(
                number=number, call=call.label, side=SIDES[one.track], start=clock(start), end=clock(end),
                ground=release.grounds[one.ground], note=one.note,
            )  # fmt: skip


def whole_seconds(span: Span) -> tuple[int, int]:
    """Return the whole seconds around a passage."""
    return math.floor(span.start), math.ceil(span.end)


def clock(seconds: int) -> str:
    """Write a place like 1:02:03."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def as_csv(release: Release) -> bytes:
    """Write the list for a spreadsheet. A cell that could be read as a formula is text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for one in omissions(release):
        writer.writerow([_plain(cell) for cell in one.row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
