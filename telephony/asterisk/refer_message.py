"""Reads a desk phone's wish to pass its call on (SIP REFER). Pure; nothing it reads can break it.

What the phone dialled becomes phones of the hall, or somebody outside with the number sealed, before it is an
event. A wish to join two calls (Replaces) names a colleague whom the phone has called by itself; it never
joins two citizens' calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from core.ids import CallId, LegId, PhoneId
from telephony.asterisk.ari_messages import dict_of, time_of
from telephony.call.call import call_of_name
from telephony.call.events import ReferAsked

_CHANNEL = re.compile(r"PJSIP/(?P<phone>[a-z0-9][a-z0-9-]{0,62})-[0-9a-f]{8}")
_OPERATOR = "op-"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")


class Directory(Protocol):
    """Says what a desk phone means (`targets.Targets`)."""

    def named(self, name: str) -> tuple[PhoneId, ...]:
        """Return the phones of what was dialled."""
        ...

    def outside(self, dialled: str) -> tuple[str, str]:
        """Return who outside the hall was dialled, and the number, sealed in base64; empty if nobody."""
        ...

    def phone(self, name: str) -> bool:
        """Say whether this is a desk phone of the hall."""
        ...


def read_refer(
    told: Mapping[str, Any], now: datetime, directory: Directory | None
) -> tuple[CallId, ReferAsked] | None:
    """Read a wish to pass a call on.

    Args:
        told: what Asterisk said
        now: serves when it tells no time
        directory: whom a phone can mean; without it nobody
    """
    if told.get("type") != "ChannelTransfer":
        return None
    leg = dict_of(dict_of(told.get("referred_by")).get("source_channel")).get("id")
    if not isinstance(leg, str) or not _ID.fullmatch(leg) or not leg.startswith((_OPERATOR, "sv-")):
        return None
    call, asked = call_of_name(leg), dict_of(told.get("refer_to"))
    if call is None:
        return None
    wanted = dict_of(asked.get("requested_destination"))
    dialled = wanted.get("destination")
    joining = bool(wanted.get("protocol_id") or asked.get("destination_channel"))
    phones, fetched, far, party, sealed = tuple[PhoneId, ...](), "", "", "", ""
    if directory is not None and joining:
        phones, fetched, far = _colleague(asked, directory)
    elif directory is not None and isinstance(dialled, str):
        phones = directory.named(dialled)
        if not phones:
            party, sealed = directory.outside(dialled)
    event = ReferAsked(
        at=time_of(told, now),
        leg=LegId(leg),
        phones=phones,
        fetched=fetched,
        party=party,
        sealed=sealed,
        joins=joining,
        far=far,
    )
    return call, event


def _colleague(asked: Mapping[str, Any], directory: Directory) -> tuple[tuple[PhoneId, ...], str, str]:
    """Name the colleague at the other end of the phone's own call, if it is one and in no call of ours.

    Returns the phone, and the name and the id of its channel.
    """
    own, other = dict_of(asked.get("destination_channel")), dict_of(asked.get("connected_channel"))
    name = other.get("name")
    match = _CHANNEL.fullmatch(name) if isinstance(name, str) else None
    ours = any(call_of_name(str(one.get("id"))) is not None for one in (own, other))
    if match is None or ours or not directory.phone(match["phone"]):
        return (), "", ""
    far = other.get("id")
    return (PhoneId(match["phone"]),), match[0], far if isinstance(far, str) and _ID.fullmatch(far) else ""
