"""A port that another program holds is named together with the setting that moves it.

Without its ports Asterisk would wait in silence until its time is up, so nothing starts. Without its port the
console waits, and telephony and recording go on.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import DomainError
from core.settings import Settings

GRACE = 10.0
"""Seconds that a part of ours which is just ending may still hold its port."""


class PortTaken(DomainError):
    """使おうとしたポートを、ほかのプログラムが使っています。"""

    code = "port-taken"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """Where one part listens. ``kind`` is TCP or UDP."""

    what: str
    host: str
    number: int
    kind: socket.SocketKind
    setting: str

    def is_free(self) -> bool:
        """Say whether we could listen there. An address that is not ours to judge counts as free."""
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(self.host, self.number, type=self.kind)[0]
            with socket.socket(family, kind, protocol) as trial:
                if kind is socket.SOCK_STREAM:
                    trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(address)
        except OSError as error:
            return error.errno != errno.EADDRINUSE
        return True

    @property
    def taken(self) -> str:
        """What to tell a person when another program holds it."""
        return (
            f"{self.what}のポート {self.number} は、ほかのプログラムが使っています。"
            f"{self.setting} で空いている番号を指定してください。"
        )


def console_port(settings: Settings) -> Port:
    """Return where the console listens."""
    console = settings.console
    return Port(
        what="画面", host=console.host, number=console.port, kind=socket.SOCK_STREAM,
        setting="TSUWAROKU_CONSOLE__PORT",
    )  # fmt: skip


def asterisk_ports(settings: Settings) -> list[Port]:
    """Return where the embedded Asterisk listens, but for the sound, of which it takes what is free."""
    asterisk = settings.asterisk
    return [
        Port(
            what="電話機", host=asterisk.sip_address, number=asterisk.sip_port, kind=socket.SOCK_DGRAM,
            setting="TSUWAROKU_ASTERISK__SIP_PORT",
        ),
        Port(
            what="ARI", host="127.0.0.1", number=asterisk.http_port, kind=socket.SOCK_STREAM,
            setting="TSUWAROKU_ASTERISK__HTTP_PORT",
        ),
    ]  # fmt: skip


def require_free(ports: Iterable[Port], *, grace: float = GRACE) -> None:
    """Wait up to ``grace`` seconds until all are free.

    Raises:
        PortTaken: some are not; every one of them is named.
    """
    wanted = list(ports)
    end = time.monotonic() + grace
    while taken := [port for port in wanted if not port.is_free()]:
        if time.monotonic() >= end:
            raise PortTaken("".join(f"\n    {port.taken}" for port in taken))
        time.sleep(0.2)
