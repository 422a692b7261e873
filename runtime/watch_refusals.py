"""How many sign-ins Asterisk refused lately: whoever guesses passwords is noticed, by count alone.

Asterisk's own security log quotes accounts and addresses, so it stays off; its manager tells the same to who
listens, and here only how often is kept. Nothing is blocked by it: an address may be a whole floor of phones.
"""

from __future__ import annotations

import re
import socket
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta

from core.clock import Clock
from runtime.watch import Reading
from telephony.asterisk.ami_client import AmiAddress

LATELY = timedelta(minutes=10)
_CONNECT_SECONDS = 2.0
_KEPT_AT_MOST = 10_000
_REFUSED = re.compile(
    rb"^Event: (?:InvalidAccountID|InvalidPassword|ChallengeResponseFailed|FailedACL)\r$", re.MULTILINE
)


class Refusals:
    """Listens to one Asterisk. Between two looks the events wait in the connection."""

    def __init__(self, address: AmiAddress, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._connection: socket.socket | None = None
        self._unread = b""
        self._seen: deque[datetime] = deque(maxlen=_KEPT_AT_MOST)

    def look(self, _connection: object = None) -> Iterator[Reading]:
        """Read how many were refused within ten minutes; nothing while Asterisk cannot be heard."""
        try:
            heard = self._heard()
        except OSError:
            self.close()
            return
        now = self._clock.now()
        self._seen.extend([now] * heard)
        while self._seen and now - self._seen[0] > LATELY:
            self._seen.popleft()
        yield Reading(name="sip_refusals", value=len(self._seen))

    def _heard(self) -> int:
        connection = self._connection or self._sign_in()
        while True:
            try:
                more = connection.recv(65536)
            except BlockingIOError:
                break
            if not more:
                raise ConnectionResetError
            self._unread += more
        whole, _, self._unread = self._unread.rpartition(b"\r\n\r\n")
        return len(_REFUSED.findall(whole + b"\r\n"))

    def _sign_in(self) -> socket.socket:
        where = (self._address.host, self._address.port)
        connection = socket.create_connection(where, timeout=_CONNECT_SECONDS)
        self._connection, self._unread = connection, b""
        told = f"Username: {self._address.user}\r\nSecret: {self._address.password}\r\nEvents: on"
        connection.sendall(f"Action: Login\r\n{told}\r\n\r\n".encode())
        connection.setblocking(False)  # noqa: FBT003  the socket module's own way
        return connection

    def close(self) -> None:
        """Stop listening; the next look begins again."""
        if self._connection is not None:
            self._connection.close()
        self._connection, self._unread = None, b""
