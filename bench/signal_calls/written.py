"""How a labelled call writes its moments and its words: one short line each, and nothing else is taken."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

CITY_TIME = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"
_MOMENT = re.compile(r"^(\d{4}-\d{2}-\d{2}) ([月火水木金土日]) (\d{2}:\d{2})$")
_UTTERANCE = re.compile(r"^(\d+) (caller|hall) (\d+\.\d)-(\d+\.\d)(?: \+(\d+)dB)? \| (\S.*)$")


def read_moment(written: object) -> datetime:
    """Read ``2026-06-09 火 10:12`` as a moment of the city's time.

    Raises:
        ValueError: another form, or a weekday that is not that day's.
    """
    if not (isinstance(written, str) and (found := _MOMENT.match(written))):
        raise ValueError("write a moment as 2026-06-09 火 10:12")
    moment = datetime.fromisoformat(f"{found[1]}T{found[3]}").replace(tzinfo=CITY_TIME)
    if _WEEKDAYS[moment.weekday()] != found[2]:
        raise ValueError("this day has another weekday")
    return moment


def read_utterance(written: object) -> tuple[int, str, float, float, float, str]:
    """Read ``3 caller 4.1-7.9 +9dB | もしもし`` as number, side, start, end, loudness and text.

    Raises:
        ValueError: another form.
    """
    if not (isinstance(written, str) and (found := _UTTERANCE.match(written))):
        raise ValueError("write words as: 3 caller 4.1-7.9 +9dB | もしもし")
    number, side, start, end, db, text = found.groups()
    return int(number), side, float(start), float(end), float(db or 0), text
