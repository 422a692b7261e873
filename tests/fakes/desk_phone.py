"""A desk phone by hand: signs in with its password from an address of its own, answers, and says a tone."""

from __future__ import annotations

import hashlib
import queue
import re
from secrets import token_hex

from tests.fakes.carrier import Carrier


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


class DeskPhone(Carrier):
    """Answers every call; sign in before one can come."""

    def __init__(self, address: str, hertz: float = 620) -> None:
        super().__init__(address, hertz)
        self._answered: queue.Queue[str] = queue.Queue()

    def _take(self, packet: bytes, peer: tuple[str, int]) -> None:
        if packet.startswith(b"SIP/2.0 "):
            self._answered.put(packet.decode())
        else:
            super()._take(packet, peer)

    def register(self, port: int, user: str, password: str) -> int:
        """Sign in at 127.0.0.1 and return the answer's status, the password's once it was asked for."""
        call = token_hex(8)
        status, challenge = self._ask(port, user, call, "")
        if status != 401:
            return status
        realm, nonce = (re.search(rf'{name}="([^"]*)"', challenge) for name in ("realm", "nonce"))
        assert realm is not None
        assert nonce is not None
        uri, many = f"sip:127.0.0.1:{port}", token_hex(8)
        told = _md5(_md5(user, realm[1], password), nonce[1], "00000001", many, "auth", _md5("REGISTER", uri))
        proof = (
            f'Authorization: Digest username="{user}", realm="{realm[1]}", nonce="{nonce[1]}", uri="{uri}", '
            f'response="{told}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{many}"'
        )
        if opaque := re.search(r'opaque="([^"]*)"', challenge):
            proof += f', opaque="{opaque[1]}"'
        return self._ask(port, user, call, proof + "\r\n")[0]

    def _ask(self, port: int, user: str, call: str, proof: str) -> tuple[int, str]:
        host, own = self._sip.getsockname()
        self._sip.sendto(
            (
                f"REGISTER sip:127.0.0.1:{port} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {host}:{own};branch=z9hG4bK{token_hex(6)}\r\n"
                f"From: <sip:{user}@127.0.0.1>;tag={call}\r\nTo: <sip:{user}@127.0.0.1>\r\n"
                f"Call-ID: {call}\r\nCSeq: {2 if proof else 1} REGISTER\r\n"
                f"Max-Forwards: 70\r\nExpires: 300\r\n"
                f"Contact: <sip:{user}@{host}:{own}>\r\n{proof}Content-Length: 0\r\n\r\n"
            ).encode(),
            ("127.0.0.1", port),
        )
        answer = self._answered.get(timeout=5.0)
        return int(answer.split()[1]), answer
