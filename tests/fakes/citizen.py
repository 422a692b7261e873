"""A citizen on the line: speaks a tone as long as the call goes on, and keeps what comes back."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from runtime.practice.scenario import RATE
from tests.fakes.trunk_caller import SILENCE, TrunkCaller
from tests.sip_phones import share_of_tone, tone

_PACKET = 160
_BIAS = 0x84
_KEPT_PACKETS = 100
"""The last two seconds of what was heard."""

Samples = np.ndarray[Any, np.dtype[np.int16]]


def to_mulaw(samples: Samples) -> bytes:
    """Write samples as G.711 µ-law."""
    wide = samples.astype(np.int32)
    size = np.minimum(np.abs(wide), 32635) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    sign = np.where(wide < 0, 0x80, 0)
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def from_mulaw(coded: bytes) -> Samples:
    """Read G.711 µ-law."""
    bits = ~np.frombuffer(coded, dtype=np.uint8).astype(np.int32) & 0xFF
    size = ((((bits & 0x0F) << 3) + _BIAS) << ((bits >> 4) & 0x07)) - _BIAS
    return np.where(bits & 0x80, -size, size).astype(np.int16)


class Citizen(TrunkCaller):
    """One call from outside; 0 Hz is silence.

    Dial with ``invite``; from ``listen`` on a thread of its own keeps the line.
    """

    def __init__(self, port: int, hertz: float) -> None:
        super().__init__(port)
        whole = to_mulaw(tone(hertz, 1.0))
        self._spoken = [whole[at : at + _PACKET] for at in range(0, RATE, _PACKET)]
        self._words: deque[bytes] = deque()
        self._heard: list[bytes] = []
        self._leaving = threading.Event()
        self.over = threading.Event()
        """The town hall hung up."""
        self._line = threading.Thread(target=self._hold_the_line, name="citizen")

    def __exit__(self, *exc: object) -> None:
        self._leave()
        super().__exit__(*exc)

    def listen(self) -> None:
        """Begin to speak and to listen, once the call was answered."""
        self._line.start()

    def say(self, words: Samples) -> None:
        """Say something once, in place of the tone; returns when it is said."""
        coded = to_mulaw(words)
        self._words.extend(coded[at : at + _PACKET] for at in range(0, len(coded) - _PACKET, _PACKET))
        self._wait(lambda: not self._words, "the citizen has said it", 10 + len(words) / RATE)

    def hang_up(self) -> None:
        """End the call, as a citizen does."""
        self._leave()
        super().hang_up()

    def hears(self, hertz: float, *, share: float = 0.6, seconds: float = 20.0) -> None:
        """Wait until most of what is heard is a tone."""
        self._wait(lambda: self.share(hertz) >= share, f"the citizen hears {hertz} Hz", seconds)

    def silent(self, hertz: float, *, share: float = 0.05, seconds: float = 20.0) -> None:
        """Wait until nothing is heard of a tone any more."""
        self._wait(lambda: self.share(hertz) < share, f"the citizen hears no {hertz} Hz", seconds)

    def never_hears(self, hertz: float) -> None:
        """Nothing of a tone in the next second."""
        for _ in range(4):
            assert self.share(hertz) < 0.05, f"the citizen hears {hertz} Hz"
            time.sleep(0.25)

    def share(self, hertz: float) -> float:
        """How much of what was heard last is a tone, 0 to 1."""
        return share_of_tone(from_mulaw(b"".join(self._heard[-_KEPT_PACKETS:])), hertz)

    @staticmethod
    def _wait(holds: Callable[[], bool], what: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"within {seconds:.0f} s there was not: {what}"
            time.sleep(0.05)

    def _leave(self) -> None:
        self._leaving.set()
        if self._line.is_alive():
            self._line.join(5)

    def _hold_the_line(self) -> None:
        begun, number = time.monotonic(), 0
        while not self._leaving.is_set():
            if self._receive(0.0) == (0, b"BYE"):
                self.over.set()
                return
            header = (
                bytes([0x80, 0])
                + (number & 0xFFFF).to_bytes(2, "big")
                + (number * _PACKET).to_bytes(4, "big")
            )
            self._rtp.sendto(
                header + b"\x00\x00\x12\x34" + self._next(number),
                ("127.0.0.1", self.media_port),
            )
            self._keep_what_came()
            number += 1
            # What a busy machine made late is made good at once, so that the tone keeps its pitch.
            time.sleep(max(0.0, begun + number * _PACKET / RATE - time.monotonic() - 0.01))

    def _next(self, number: int) -> bytes:
        return self._words.popleft() if self._words else self._spoken[number % len(self._spoken)]

    def _keep_what_came(self) -> None:
        while True:
            try:
                packet = self._rtp.recv(2048)
            except BlockingIOError:
                return
            if packet[1] & 0x7F == 0:
                self._heard.append(packet[12:] or SILENCE)
