"""Rules about 連携: who may be told, and what an address may hold. Pure: a draft in, findings out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any, cast
from urllib.parse import urlsplit

from core.profile.draft import Draft, Written
from core.profile.faults import Finding

PLACES = ("call", "line", "department", "number")
"""What may stand in braces in the address of a screen that opens beside a call."""
_BRACES = re.compile(r"\{([^{}]*)\}")
WIDEST = 8
"""Bits of the widest network that may be listed; a wider one would list the world."""


def internal_networks_are_networks(draft: Draft) -> Iterator[Finding]:
    """Each is one network inside the hall; the whole world is none."""
    part = draft.part("integrations").values.get("receivers")
    receivers = Written(
        place=("integrations", "receivers"),
        values=cast("dict[str, Any]", part) if isinstance(part, dict) else {},
    )
    for place, one in receivers.texts("internal_networks"):
        try:
            network = ip_network(one)
        except ValueError:
            network = None
        if network is None or network.prefixlen < WIDEST:
            yield Finding(
                place=place,
                reason=f"「{one}」は、庁内のネットワークとして読めません。",
                instead="例: internal_networks: [10.20.30.0/24]",
            )


def screen_opens_over_https_with_known_places(draft: Draft) -> Iterator[Finding]:
    """Https alone, the host written out, and a number only where the city says so."""
    part = draft.part("integrations").values.get("screen_pop")
    if not isinstance(part, dict):
        return
    pop = Written(place=("integrations", "screen_pop"), values=cast("dict[str, Any]", part))
    address = pop.text("address")
    if not address:
        return
    place = (*pop.place, "address")
    if not _is_plain_https(address):
        yield Finding(
            place=place,
            reason="通話から開くアドレスは、https:// で始まり、サーバー名に { } を含まないものだけです。",
            instead="例: https://madoguchi.example.lg.jp/denwa?line={line}",
        )
        return
    names = _BRACES.findall(address)
    unknown = [one for one in names if one not in PLACES]
    if unknown or "{" in _BRACES.sub("", address) or "}" in _BRACES.sub("", address):
        yield Finding(
            place=place,
            reason="アドレスの { } に書けるのは {call}、{line}、{department}、{number} だけです。",
            instead="ほかの { } を消してください。",
        )
    if "number" in names and not pop.flag("number_allowed"):
        yield Finding(
            place=place,
            reason="相手の電話番号を、ほかのシステムのアドレスに入れようとしています。",
            instead="{number} を消すか、取扱いを確かめて number_allowed: true と書いてください。",
        )


def _is_plain_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
        return plain and not {"{", "}"} & set(parts.netloc) and address.isascii() and " " not in address
    except ValueError:
        return False


RULES = (internal_networks_are_networks, screen_opens_over_https_with_known_places)
