"""Where a receiver may stand: https, at a public address or in a network that the profile lists. Pure.

Our worker can reach what strangers cannot: the database, Asterisk, a cloud's own addresses. So every address
that a name stands for is judged, at every sending, and the very one that was judged is spoken to.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from core.errors import DomainError

LONGEST = 500
_HTTPS = 443
# IPv4 inside IPv6 (RFC 6052): judged as what it stands for, it would need the translator's own rules.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class ReceiverRefused(DomainError):
    """This is no address to which anything is sent."""

    code = "receiver-refused"
    http_status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverAddress:
    """An address in its parts; ``path`` with its query."""

    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _HTTPS else f"{host}:{self.port}"


def read_receiver(url: str) -> ReceiverAddress:
    """Read the address of a receiver.

    Raises:
        ReceiverRefused: not https, no host, with a name and password, or not to be read
    """
    try:
        parts = urlsplit(url)
        port = _HTTPS if parts.port is None else parts.port
        host = parts.hostname or ""
    except ValueError:
        raise ReceiverRefused from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    if not (plain and parts.scheme == "https" and host and port) or "@" in parts.netloc or parts.fragment:
        raise ReceiverRefused
    if not all(one.isalnum() or one in "-._:" for one in host) or "%" in host:
        raise ReceiverRefused
    path = parts.path or "/"
    return ReceiverAddress(host=host, port=port, path=f"{path}?{parts.query}" if parts.query else path)


def may_be_told(address: str, internal: Collection[str]) -> bool:
    """Say whether something may be sent to an IP address.

    Args:
        address: as the resolver gives it
        internal: networks inside the hall that the profile lists
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback or found.is_unspecified or found.is_multicast or found.is_link_local:
        return False
    listed = any(
        found in network for network in map(ip_network, internal) if network.version == found.version
    )
    return listed or (found.is_global and not found.is_reserved and not _hides_another(found))


def chosen_address(found: Sequence[str], internal: Collection[str]) -> str:
    """Return the address to speak to: the first, if every one that the name stands for may be told.

    Raises:
        ReceiverRefused: none, or one of them may not
    """
    if not found or not all(may_be_told(one, internal) for one in found):
        raise ReceiverRefused
    return found[0]


def is_literal(host: str) -> bool:
    """Say whether a host is an IP address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _hides_another(found: IPv4Address | IPv6Address) -> bool:
    if isinstance(found, IPv4Address):
        return False
    translated = any(found in network for network in _TRANSLATED)
    return translated or found.sixtofour is not None or found.teredo is not None
