"""The ledger of a month as a file that a city publishes: CSV that Excel opens as it is and that runs nothing.

UTF-8 with a byte order mark, every cell in quotes, lines ended by CR LF (RFC 4180). A cell that a spreadsheet
would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from api.ledger_texts import ACT_NAMES, department_name, purpose_name
from core.profile.model import CityProfile
from storage.ledger import Month
from storage.ledger_publishing import Published

HEADINGS = ("年月日", "部署", "目的", "閲覧の種類", "件番号", "件数")
_TOGETHER = "（まとめ）"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def ledger_file(lines: Sequence[Published], month: Month, profile: CityProfile) -> bytes:
    """Write the lines of a month."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in lines:
        writer.writerow([harmless(cell) for cell in _cells(one, month, profile)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def file_name(month: Month) -> str:
    """Name the file of a month."""
    return f"chouju-daicho-{month}.csv"


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" 　").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def _cells(one: Published, month: Month, profile: CityProfile) -> tuple[str, ...]:
    return (
        f"{month}（日は示さない）" if one.day is None else one.day.isoformat(),
        "市全体（まとめ）" if one.department is None else department_name(profile, one.department),
        _TOGETHER if one.purpose is None else purpose_name(profile, one.purpose),
        _TOGETHER if one.act is None else ACT_NAMES.get(one.act, one.act),
        _TOGETHER if one.case is None else "あり" if one.case else "なし",
        str(one.count),
    )
