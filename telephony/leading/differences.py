"""Finds where Asterisk and our calls differ. Pure: two lists in, differences out.

Seeing one means little, because orders are under way all the time; who mends looks twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import CallId, LegId
from telephony.asterisk.ari_messages import is_operator_leg
from telephony.call.call import Call, LegState, call_of_name
from telephony.help.help_legs import is_help_leg
from telephony.live.live_legs import is_live_leg


class Difference(StrEnum):
    """How Asterisk and we can differ; each stands beside the name of the leg or bridge."""

    CALLER_GONE = "caller-gone"
    LEG_GONE = "leg-gone"
    ORPHAN_LEG = "orphan-leg"
    STRAY_CALLER = "stray-caller"
    EMPTY_BRIDGE = "empty-bridge"


Sighting = tuple[Difference, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What Asterisk has at one moment."""

    channels: Mapping[str, Mapping[str, Any]]
    bridges: Mapping[str, frozenset[str]]
    applications: Mapping[str, frozenset[str]]
    """Application name → its channels."""
    started_at: datetime

    def up(self, leg: str) -> bool:
        """Say whether a leg exists and is answered."""
        return leg in self.channels and self.channels[leg].get("state") == "Up"

    def is_phone(self, leg: str) -> bool:
        """Say whether a leg that is up is a telephone's own; a fetched colleague's is not."""
        return self.up(leg) and str(self.channels[leg].get("name", "")).startswith("PJSIP/")

    def operator_legs(self, call: CallId) -> list[LegId]:
        """List the legs that were made to ring phones for a call."""
        return [leg for leg in self.legs_of(call) if is_operator_leg(leg)]

    def legs_of(self, call: CallId) -> list[LegId]:
        """List every leg that was made for a call, of whatever kind; not the caller's own."""
        return [LegId(name) for name in self.channels if call_of_name(name) == call]


def differences(
    calls: Mapping[CallId, Call], seen: Seen, *, mine: Collection[str], led_elsewhere: Collection[str]
) -> Iterator[Sighting]:
    """Compare our calls with what Asterisk has.

    Args:
        calls: what this process leads, as it stood before Asterisk was asked.
        seen: what Asterisk has.
        mine: the channels under this process's application.
        led_elsewhere: calls and channels that are other processes' business.
    """
    for call in calls.values():
        if call.arrival is not None:
            yield from _missing(call, seen)
    for channel in seen.channels:
        if call_of_name(channel) is not None and not _is_wanted(channel, calls, led_elsewhere):
            yield Difference.ORPHAN_LEG, channel
    yield from _asked_for_help_in_vain(seen, (*mine, *led_elsewhere))
    yield from _stuck_on_the_way(seen, led_elsewhere)
    for channel in mine:
        unknown = call_of_name(channel) is None and not is_help_leg(channel) and not is_live_leg(channel)
        if unknown and channel not in calls and channel not in led_elsewhere:
            yield Difference.STRAY_CALLER, channel
    for bridge, members in seen.bridges.items():
        call = call_of_name(bridge)
        if call is not None and not members and call not in calls and call not in led_elsewhere:
            yield Difference.EMPTY_BRIDGE, bridge


def _missing(call: Call, seen: Seen) -> Iterator[Sighting]:
    if call.leg not in seen.channels:
        yield Difference.CALLER_GONE, call.leg
    for one in call.operators:
        if one.state is not LegState.OVER and one.leg not in seen.channels:
            yield Difference.LEG_GONE, one.leg
    if call.outsider is not None and call.outsider.leg not in seen.channels:
        yield Difference.LEG_GONE, call.outsider.leg
    for guest in call.guests:
        for leg in (guest.leg, guest.snoop):
            if leg is not None and leg not in seen.channels:
                yield Difference.LEG_GONE, leg


def _asked_for_help_in_vain(seen: Seen, led: Collection[str]) -> Iterator[Sighting]:
    """Find the phones that were rung for help by a process that has died since: nobody hears them."""
    for channel in seen.channels:
        if is_help_leg(channel) and seen.up(channel) and channel not in led:
            yield Difference.ORPHAN_LEG, channel


def _stuck_on_the_way(seen: Seen, led: Collection[str]) -> Iterator[Sighting]:
    """Find channels for live text that stay in an application of ours: they only pass through."""
    for channels in seen.applications.values():
        for channel in channels:
            if is_live_leg(channel) and channel not in led:
                yield Difference.ORPHAN_LEG, channel


def _is_wanted(leg: str, calls: Mapping[CallId, Call], led_elsewhere: Collection[str]) -> bool:
    owner = call_of_name(leg)
    if owner is None or owner in led_elsewhere:
        return True  # not a name of ours, or another process's business
    ours = calls.get(owner)
    if ours is None:
        return False
    # Also supervisors, or people from outside, who were let go and could not be hung up: they hear a citizen.
    known = {one.leg for one in ours.operators if one.state is not LegState.OVER}
    known |= {leg for guest in ours.guests for leg in (guest.leg, guest.snoop) if leg is not None}
    return leg in known or (ours.outsider is not None and ours.outsider.leg == leg)
