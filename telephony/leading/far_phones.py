"""Phones that were fetched: what Asterisk tells of their own channel belongs to our leg before it. Pure.

That they hold, and that they want to pass the call on, is told there alone; all else comes through to us.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.ids import LegId
from telephony.asterisk.ari_messages import dict_of
from telephony.call.call import Call, LegState

_HOLDS = ("ChannelHold", "ChannelUnhold")


def at_our_leg(told: Mapping[str, Any], calls: Iterable[Call]) -> Mapping[str, Any]:
    """Name our leg in what a fetched phone's own channel told; everything else stays as it is."""
    channel, asks = dict_of(told.get("channel")), dict_of(told.get("referred_by"))
    source = dict_of(asks.get("source_channel"))
    if told.get("type") in _HOLDS:
        leg = _leg_before(channel.get("id"), calls)
        return told if leg is None else {**told, "channel": {**channel, "id": leg}}
    if told.get("type") == "ChannelTransfer":
        leg = _leg_before(source.get("id"), calls)
        if leg is not None:
            return {**told, "referred_by": {**asks, "source_channel": {**source, "id": leg}}}
    return told


def _leg_before(channel: object, calls: Iterable[Call]) -> LegId | None:
    for call in calls:
        for one in call.operators:
            if one.far is not None and one.far == channel and one.state is LegState.ANSWERED:
                return one.leg
    return None
