"""AMI, as far as recording needs it: start and stop a recording, and read what the dialplan counted.

One connection per request, on loopback, with a password of its own: requests are rare, and a connection that
nobody holds cannot hang. Blocking; whoever is asynchronous calls it in a thread.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import DomainError

ANSWER_SECONDS = 3.0
_READ_AT_MOST = 1_000_000


class AmiAway(DomainError):
    """Asterisk's manager interface cannot be reached."""

    code = "ami-away"
    http_status = 503


class AmiRefused(DomainError):
    """Asterisk's manager interface did not do what it was asked."""

    code = "ami-refused"
    http_status = 502


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiAddress:
    """Where AMI listens and who we are there."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


class AmiClient:
    """Asterisk's manager interface. Every wait is limited to ANSWER_SECONDS."""

    def __init__(self, address: AmiAddress) -> None:
        self._address = address

    def start_recording(self, channel: str, *, options: str) -> None:
        """Start MixMonitor on a channel.

        Args:
            channel: its unique id
            options: as the dialplan application takes them

        Raises:
            AmiAway: it may have started or not
            AmiRefused: there is no such channel
        """
        self._ask("MixMonitor", Channel=channel, Options=options)

    def stop_recording(self, channel: str, recording: str) -> None:
        """Stop one recording of a channel, by the name that Asterisk gave it.

        Raises:
            AmiAway: it may have stopped or not
            AmiRefused: there is no such channel, or it is not recorded
        """
        self._ask("StopMixMonitor", Channel=channel, MixMonitorID=recording)

    def entries(self, family: str) -> dict[str, str]:
        """Read a family of Asterisk's database: key under the family → value.

        Raises:
            AmiAway, AmiRefused
        """
        rows = self._ask("DBGetTree", until="DBGetTreeComplete", Family=family)
        start = f"/{family}/"
        return {
            row["Key"].removeprefix(start): row.get("Val", "")
            for row in rows
            if row.get("Event") == "DBGetTreeResponse" and row.get("Key", "").startswith(start)
        }

    def keep_entry(self, family: str, key: str, value: str) -> None:
        """Write one entry of Asterisk's database. ARI can set variables, but not this (measured on 22.10.1).

        Raises:
            AmiAway, AmiRefused
        """
        self._ask("DBPut", Family=family, Key=key, Val=value)

    def forget_entry(self, family: str, key: str) -> None:
        """Delete one entry; one that is gone is no fault.

        Raises:
            AmiAway
        """
        try:
            self._ask("DBDel", Family=family, Key=key)
        except AmiRefused:
            return

    def _ask(self, action: str, *, until: str | None = None, **fields: str) -> Sequence[Mapping[str, str]]:
        try:
            where = (self._address.host, self._address.port)
            with socket.create_connection(where, timeout=ANSWER_SECONDS) as connection:
                conversation = _Conversation(connection)
                conversation.banner()
                login = {"Username": self._address.user, "Secret": self._address.password, "Events": "off"}
                _let_in(conversation, login)
                return conversation.ask(action, fields, until=until)
        except (OSError, EOFError):
            raise AmiAway from None


def _let_in(conversation: _Conversation, login: Mapping[str, str]) -> None:
    """Log in; whoever is not let in has asked nothing yet, and no answer may be taken for Asterisk's."""
    try:
        conversation.ask("Login", login)
    except AmiRefused:
        raise AmiAway from None


class _Conversation:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._read = b""

    def banner(self) -> None:
        self._until(b"\r\n")

    def ask(
        self, action: str, fields: Mapping[str, str], *, until: str | None = None
    ) -> Sequence[Mapping[str, str]]:
        told = {"Action": action, "ActionID": action, **fields}
        if any(set(value) & set("\r\n") for value in told.values()):
            raise ValueError("a field of AMI is one line")
        text = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._connection.sendall(f"{text}\r\n".encode())
        answers: list[Mapping[str, str]] = []
        while True:
            answer = _fields_of(self._until(b"\r\n\r\n"))
            if answer.get("ActionID") != action:
                continue
            if answer.get("Response") == "Error":
                raise AmiRefused
            answers.append(answer)
            if until is None or answer.get("Event") == until:
                return answers

    def _until(self, end: bytes) -> bytes:
        while end not in self._read:
            more = self._connection.recv(65536)
            if not more or len(self._read) > _READ_AT_MOST:
                raise EOFError
            self._read += more
        found, _, self._read = self._read.partition(end)
        return found


def _fields_of(packet: bytes) -> dict[str, str]:
    pairs = (line.partition(": ") for line in packet.decode("utf-8", "replace").split("\r\n"))
    return {name: value for name, separator, value in pairs if separator}
