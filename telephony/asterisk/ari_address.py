"""Where Asterisk's ARI listens and how we show who we are; the password is never in an address or a log."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class AriAddress:
    """``http://host:port/ari`` with the account that may use it."""

    url: str
    user: str
    password: str = field(repr=False)

    def path(self, *segments: str) -> str:
        """Join segments to a full address. Each is escaped: a channel's id is data, not a path."""
        return "/".join((self.url.rstrip("/"), *(quote(segment, safe="") for segment in segments)))

    def headers(self) -> dict[str, str]:
        """Return the header that shows who we are."""
        told = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {told}"}
