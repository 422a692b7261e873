"""A citizen behind the carrier's gateway: SIP and RTP by hand, so it may say what no phone would."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from secrets import token_hex
from typing import Self

SILENCE = b"\xff" * 160
"""20 ms of µ-law silence."""


class TrunkCaller:
    """One call from ``address`` to a server at 127.0.0.1. Every wait has a limit, in seconds."""

    def __init__(self, port: int, *, address: str = "127.0.0.3") -> None:
        self._server = ("127.0.0.1", port)
        self._address = address
        self._sip = socket.socket(type=socket.SOCK_DGRAM)
        self._sip.bind((address, 0))
        self._rtp = socket.socket(type=socket.SOCK_DGRAM)
        self._rtp.bind((address, 0))
        self._rtp.settimeout(0)
        self._call = token_hex(8)
        self._branch = token_hex(6)
        self._number = ""
        self._from = b""
        self._to = b""
        self._sequence = 1
        self._media: tuple[str, int] | None = None
        self.answered_after = 0.0
        self.heard_packets = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._sip.close()
        self._rtp.close()

    def invite(
        self, number: str, caller: bytes = b"<sip:0300000999@127.0.0.3>", headers: Sequence[bytes] = ()
    ) -> None:
        """Dial. ``caller`` is the From header's content as it stands on the wire."""
        self._number = number
        self._from = caller + b";tag=" + self._branch.encode()
        self._to = f"<sip:{number}@127.0.0.1>".encode()
        media = self._rtp.getsockname()[1]
        body = (
            f"v=0\r\no=- 1 1 IN IP4 {self._address}\r\ns=-\r\nc=IN IP4 {self._address}\r\nt=0 0\r\n"
            f"m=audio {media} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        ).encode()
        self._begun = time.monotonic()
        self._send(b"INVITE", [*headers, b"Content-Type: application/sdp"], body)

    def wait_for(self, *statuses: int, seconds: float = 15.0) -> int:
        """Wait for one of these answers to the INVITE and return it; a final other one fails."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, method = self._receive(end)
            if method != b"INVITE":
                continue
            if status >= 200:
                self._ack(ok=status < 300)
                self.answered_after = time.monotonic() - self._begun
            if status in statuses:
                return status
            assert status < 200, f"answered {status}, expected {statuses}"
        raise AssertionError(f"no {statuses} within {seconds} s")

    def request(self, method: bytes, headers: Sequence[bytes] = (), seconds: float = 15.0) -> int:
        """Send a request inside the call and return the final answer's status."""
        self._sequence += 1
        self._branch = token_hex(6)
        self._send(method, headers)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, answered = self._receive(end)
            if answered == method and status >= 200:
                return status
        raise AssertionError(f"no answer to {method!r}")

    @property
    def media_port(self) -> int:
        """Where the server wants this caller's sound."""
        assert self._media is not None, "not answered"
        return self._media[1]

    def talk(self, seconds: float) -> None:
        """Send silence, and count what is heard."""
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            if self._media is not None:
                header = bytes([0x80, 0]) + number.to_bytes(2, "big") + (number * 160).to_bytes(4, "big")
                self._rtp.sendto(header + b"\x00\x00\x12\x34" + SILENCE, self._media)
            number += 1
            time.sleep(0.02)
            while True:
                try:
                    packet = self._rtp.recv(2048)
                except BlockingIOError:
                    break
                self.heard_packets += packet[1] & 0x7F == 0 and packet[12:] != SILENCE

    def hang_up(self) -> None:
        """End an answered call."""
        assert self.request(b"BYE") == 200

    def wait_for_hang_up(self, seconds: float = 15.0) -> None:
        """Wait until the town hall hangs up by itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._receive(end) == (0, b"BYE"):
                return
        raise AssertionError("the town hall did not hang up")

    def _send(self, method: bytes, headers: Sequence[bytes] = (), body: bytes = b"") -> None:
        address, port = self._sip.getsockname()
        lines = [
            method + f" sip:{self._number}@127.0.0.1:{self._server[1]} SIP/2.0".encode(),
            f"Via: SIP/2.0/UDP {address}:{port};branch=z9hG4bK{self._branch}".encode(),
            b"From: " + self._from,
            b"To: " + self._to,
            f"Call-ID: {self._call}".encode(),
            f"CSeq: {self._sequence} ".encode() + method,
            f"Contact: <sip:trunk@{address}:{port}>".encode(),
            b"Max-Forwards: 70",
            *headers,
            f"Content-Length: {len(body)}".encode(),
        ]
        self._sip.sendto(b"\r\n".join(lines) + b"\r\n\r\n" + body, self._server)

    def _ack(self, *, ok: bool) -> None:
        if ok:
            self._branch = token_hex(6)
        self._send(b"ACK")

    def _receive(self, end: float) -> tuple[int, bytes]:
        """Return an answer's status and method; a request of the server (BYE) is accepted and shown as 0."""
        self._sip.settimeout(max(0.01, end - time.monotonic()))
        try:
            packet = self._sip.recv(65535)
        except TimeoutError:
            return 0, b""
        first, _, rest = packet.partition(b"\r\n")
        if not first.startswith(b"SIP/2.0 "):
            wanted = re.findall(rb"(?im)^(?:via|from|to|call-id|cseq):.*$", rest)
            answer = b"SIP/2.0 200 OK\r\n" + b"\r\n".join(line.strip() for line in wanted)
            self._sip.sendto(answer + b"\r\nContent-Length: 0\r\n\r\n", self._server)
            return 0, first.split()[0]
        if found := re.search(rb"(?im)^to:\s*(.*?)\r?$", rest):
            self._to = found[1]
        if found := re.search(rb"m=audio (\d+)", rest):
            self._media = ("127.0.0.1", int(found[1]))
        method = re.search(rb"(?im)^cseq:\s*\d+ (\w+)", rest)
        return int(first.split()[1]), method[1] if method else b""
