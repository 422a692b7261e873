"""Reads that a desk phone dialled the code to fetch a ringing call (代理応答). Pure; bad input is no wish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.ids import LegId, PhoneId
from telephony.asterisk.ari_messages import dict_of
from telephony.asterisk_config.picking_up import FETCH_RINGING

_NAME = re.compile(r"PJSIP/(?P<phone>[a-z0-9][a-z0-9-]{0,62})-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchWish:
    """A phone that wants to take a call which rings elsewhere; ``name`` is its channel's, ``leg`` the id.

    Both name and phone are empty for what is no desk phone.
    """

    leg: LegId
    name: str
    phone: PhoneId


def read_fetch_offer(told: Mapping[str, Any]) -> FetchWish | None:
    """Read a wish that is offered to every process and can be claimed."""
    place = dict_of(dict_of(told.get("channel")).get("dialplan")).get("context")
    return _wish(told) if told.get("type") == "CallBroadcast" and place == FETCH_RINGING else None


def read_fetch_claimed(told: Mapping[str, Any]) -> FetchWish | None:
    """Read a wish that we claimed: the phone's channel is in our hands."""
    ours = told.get("type") == "StasisStart" and told.get("args") == [FETCH_RINGING]
    return _wish(told) if ours else None


def _wish(told: Mapping[str, Any]) -> FetchWish | None:
    channel = dict_of(told.get("channel"))
    leg, name = channel.get("id"), channel.get("name")
    if not isinstance(leg, str):
        return None
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    found = (match[0], match["phone"]) if match else ("", "")
    return FetchWish(leg=LegId(leg), name=found[0], phone=PhoneId(found[1]))
