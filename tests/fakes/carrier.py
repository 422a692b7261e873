"""The carrier's side of calls that go out: a gateway that answers, says a tone, and keeps what it hears."""

from __future__ import annotations

import re
import socket
import threading
from typing import Self

import numpy as np

from tests.fakes.trunk_caller import SILENCE

FRAME = 160


def mulaw_tone(hertz: float) -> bytes:
    """One second of a tone, as it travels."""
    from telephony.sound.audio_files import SAMPLE_RATE

    samples = 8000 * np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    magnitude = np.minimum(np.abs(samples) + 132, 32635).astype(int)
    exponent = np.floor(np.log2(magnitude)).astype(int) - 7
    mantissa = (magnitude >> (exponent + 3)) & 15
    sign = np.where(samples < 0, 0x80, 0)
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


class Carrier:
    """Answers every call on ``address``; one call at a time."""

    def __init__(self, address: str = "127.0.0.3", hertz: float = 620, *, answers: bool = True) -> None:
        self._sip = socket.socket(type=socket.SOCK_DGRAM)
        self._sip.bind((address, 0))
        self._sip.settimeout(0.02)
        self._rtp = socket.socket(type=socket.SOCK_DGRAM)
        self._rtp.bind((address, 0))
        self._rtp.settimeout(0)
        self._address = address
        self._tone = mulaw_tone(hertz)
        self._answers = answers
        self._media: tuple[str, int] | None = None
        self._over = threading.Event()
        self.invites: list[bytes] = []
        self.heard = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def contact(self) -> str:
        return f"sip:{self._address}:{self._sip.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join(2)
        self._sip.close()
        self._rtp.close()

    def _serve(self) -> None:
        sent = 0
        while not self._over.is_set():
            try:
                packet, peer = self._sip.recvfrom(65535)
            except TimeoutError:
                packet, peer = b"", ("", 0)
            if packet:
                self._take(packet, peer)
            if self._media is not None:
                # One frame per turn of 20 ms: a tone a little out of time is a tone.
                begin = sent * FRAME % len(self._tone)
                header = (
                    bytes([0x80, 0]) + (sent & 0xFFFF).to_bytes(2, "big") + (sent * FRAME).to_bytes(4, "big")
                )
                frame = (self._tone + self._tone)[begin : begin + FRAME]
                self._rtp.sendto(header + b"\x00\x00\x43\x21" + frame, self._media)
                sent += 1
            while True:
                try:
                    got = self._rtp.recv(2048)
                except BlockingIOError:
                    break
                self.heard += got[1] & 0x7F == 0 and got[12:] != SILENCE

    def _take(self, packet: bytes, peer: tuple[str, int]) -> None:
        method = packet.split(b" ", 1)[0]
        if method == b"INVITE":
            self.invites.append(packet)
            found = re.search(rb"m=audio (\d+)", packet)
            if self._answers and found:
                self._media = ("127.0.0.1", int(found[1]))
                self._answer(packet, peer, b"200 OK", self._body())
            else:
                self._answer(packet, peer, b"486 Busy Here")
        elif method == b"BYE":
            self._media = None
            self._answer(packet, peer, b"200 OK")
        elif method == b"CANCEL":
            self._answer(packet, peer, b"200 OK")

    def _body(self) -> bytes:
        port = self._rtp.getsockname()[1]
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self._address}\r\ns=-\r\nc=IN IP4 {self._address}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        ).encode()

    def _answer(self, packet: bytes, peer: tuple[str, int], status: bytes, body: bytes = b"") -> None:
        kept = [
            line.strip() + (b";tag=carrier" if line[:2].lower() == b"to" and b"tag=" not in line else b"")
            for line in re.findall(rb"(?im)^(?:via|from|to|call-id|cseq|record-route):.*$", packet)
        ]
        more = [b"Contact: <" + self.contact.encode() + b">", b"Content-Length: %d" % len(body)]
        if body:
            more.insert(0, b"Content-Type: application/sdp")
        self._sip.sendto(b"\r\n".join([b"SIP/2.0 " + status, *kept, *more]) + b"\r\n\r\n" + body, peer)
