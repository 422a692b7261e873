"""Sends one signed message over HTTPS to an address that was judged just before. It follows nobody elsewhere.

Connecting has one patience, TLS and answer together another: who answers letter by letter is cut off.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from time import monotonic

from core.profile.integrations import ReceiverRules
from core.receiver_address import ReceiverAddress, ReceiverRefused, chosen_address, read_receiver

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of it. ``answered``: the HTTP status; ``code``: why it counts as untold, None if told."""

    answered: int | None
    code: str | None


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return what a name stands for.

    Raises:
        OSError: it stands for nothing, or nobody knows
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class HttpsPost:
    """The door to receivers. Certificates are checked against the machine's own list of authorities."""

    rules: ReceiverRules
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    resolve: Resolve = addresses_of

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Told:
        """Send a message; whatever the receiver does, this returns."""
        try:
            address = read_receiver(url)
            where = chosen_address(self.resolve(address.host, address.port), self.rules.internal_networks)
        except ReceiverRefused as refused:
            return Told(answered=None, code=refused.code)
        except (OSError, UnicodeError):
            return Told(answered=None, code="name-unknown")
        begun = monotonic()
        try:
            return self._post(address, where, headers, body)
        except ssl.SSLCertVerificationError:
            return Told(answered=None, code="certificate-refused")
        except (OSError, http.client.HTTPException, ValueError):
            # However a connection ends that was cut off: its patience was over.
            late = monotonic() - begun >= self.rules.patience_seconds
            return Told(answered=None, code="no-answer" if late else "unreachable")

    def _post(self, address: ReceiverAddress, where: str, headers: Mapping[str, str], body: bytes) -> Told:
        patience = float(self.rules.patience_seconds)
        plain = socket.create_connection((where, address.port), timeout=patience)
        secured = self.trust.wrap_socket(plain, server_hostname=address.host, do_handshake_on_connect=False)
        end = Timer(patience, _cut_off, (secured,))
        end.daemon = True
        end.start()
        try:
            secured.do_handshake()
            connection = http.client.HTTPConnection(address.host, address.port, timeout=patience)
            connection.sock = secured
            connection.request("POST", address.path, body=body, headers={**headers, "host": address.named})
            status = connection.getresponse().status
            connection.close()
        finally:
            end.cancel()
            secured.close()
        return Told(answered=status, code=None if 200 <= status < 300 else "refused")  # noqa: PLR2004  RFC 9110


def _cut_off(secured: ssl.SSLSocket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(secured, socket.SHUT_RDWR)  # TLS's own farewell would wait for the other side
