"""A citizen behind a carrier's gateway that encrypts: the trunk caller's words over TLS, offering SRTP."""

from __future__ import annotations

import base64
import re
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from secrets import token_bytes
from typing import Any, cast

from tests.fakes.trunk_caller import TrunkCaller


class _Wire:
    """A stream of SIP messages that looks like a socket of datagrams."""

    def __init__(self, stream: ssl.SSLSocket) -> None:
        self._stream = stream
        self._got = b""

    def getsockname(self) -> tuple[str, int]:
        return cast("tuple[str, int]", self._stream.getsockname())

    def settimeout(self, seconds: float) -> None:
        self._stream.settimeout(seconds)

    def close(self) -> None:
        self._stream.close()

    def sendto(self, packet: bytes, _address: object) -> None:
        self._stream.settimeout(5.0)
        self._stream.sendall(packet.replace(b"SIP/2.0/UDP", b"SIP/2.0/TLS"))

    def recv(self, _size: int) -> bytes:
        while True:
            head, end, rest = self._got.lstrip(b"\r\n").partition(b"\r\n\r\n")
            length = re.search(rb"(?im)^(?:content-length|l):\s*(\d+)", head)
            size = int(length[1]) if length else 0
            if end and len(rest) >= size:
                self._got = rest[size:]
                return head + end + rest[:size]
            got = self._stream.recv(65535)
            if not got:
                raise ConnectionResetError
            self._got += got


class TlsCaller(TrunkCaller):
    """One call from ``address`` over TLS. ``certificate`` (with its key, PEM) is what the gateway shows.

    Raises OSError (ssl.SSLError among them) when the server does not take the connection, at the first answer
    at the latest: in TLS 1.3 a refused certificate is told only then.
    """

    def __init__(
        self, port: int, *, authority: Path, certificate: Path | None, address: str = "127.0.0.3"
    ) -> None:
        super().__init__(port, address=address)
        self._sip.close()
        context = ssl.create_default_context(cafile=str(authority))
        if certificate is not None:
            context.load_cert_chain(certificate)
        plain = socket.create_connection(("127.0.0.1", port), timeout=5.0, source_address=(address, 0))
        try:
            self._sip = cast("Any", _Wire(context.wrap_socket(plain, server_hostname="127.0.0.1")))
        except OSError:
            plain.close()
            self._rtp.close()
            raise

    def _send(self, method: bytes, headers: Sequence[bytes] = (), body: bytes = b"") -> None:
        if body:
            key = base64.b64encode(token_bytes(30))
            body = body.replace(b"RTP/AVP", b"RTP/SAVP")
            body += b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + b"\r\n"
        super()._send(method, headers, body)
