"""Keeps the keys pressed on calls that another process leads, and says of each code that it was pressed.

The leader may be dead or frozen at that very moment. A press is written down by whoever hears it, under a
name that follows from call and moment alone, so it counts once; and whoever takes the call over goes through
the keys that its journal does not know.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.ids import CallId, LegId
from telephony.call.events import DigitPressed
from telephony.call.key_codes import Keys, press

REMEMBERED_CALLS = 500
REMEMBERED_KEYS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class OverheardCode:
    """A code pressed on a leg of a call that another process leads."""

    call: CallId
    leg: LegId
    code: str
    at: datetime


class OverheardKeys:
    """Keys by call, the latest ones of each."""

    def __init__(self, codes: tuple[str, ...], on_code: Callable[[OverheardCode], None]) -> None:
        """Take the codes that mean something, and who is told of one; told at once, must not wait."""
        self._codes = codes
        self._on_code = on_code
        self._heard: OrderedDict[CallId, deque[DigitPressed]] = OrderedDict()
        self._keys: dict[LegId, Keys] = {}

    def hear(self, call: CallId, event: DigitPressed) -> None:
        """Take a key that was pressed on an operator's leg."""
        heard = self._heard.setdefault(call, deque(maxlen=REMEMBERED_KEYS))
        if event in heard:
            return
        heard.append(event)
        self._heard.move_to_end(call)
        while len(self._heard) > REMEMBERED_CALLS:
            _, forgotten = self._heard.popitem(last=False)
            for one in forgotten:
                self._keys.pop(one.leg, None)
        before = self._keys.get(event.leg, Keys())
        self._keys[event.leg], code = press(before, event.digit, event.at, self._codes)
        if code is not None:
            self._on_code(OverheardCode(call=call, leg=event.leg, code=code, at=event.at))

    def since(self, call: CallId, at: datetime | None) -> tuple[DigitPressed, ...]:
        """Return the keys of a call that were pressed after a moment, in order."""
        return tuple(one for one in self._heard.get(call, ()) if at is None or one.at > at)
