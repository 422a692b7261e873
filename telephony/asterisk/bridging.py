"""Puts legs into a bridge of ours, also while another one of its name is still going away.

Asterisk takes a bridge away some milliseconds after it said so, and later when the machine is busy. Whoever
asks for the same name meanwhile is told that it is there (409), and that it is not (404) when a leg is to
enter. Nobody has hung up then: the bridge is made anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriError, AriRefused
from telephony.call.events import Refusal

NO_SUCH_BRIDGE = 404
NO_SUCH_LEG = (400, 422)
"""So Asterisk answers when a channel that is to enter a bridge is gone, or has left our application."""

TRIES = 40
BETWEEN_SECONDS = 0.025
"""Together a second. On a machine busy twice over it was still there in 1 of 150 joins, for up to 50 ms."""


async def put_together(
    client: AriClient, bridge: str, *legs: str, heard_dialling: str = ""
) -> Sequence[AriError | None]:
    """Make the bridge and let legs enter it, all at once: each wait is one of the caller's.

    Args:
        client: ARI
        bridge: its name
        legs: who is to be in it; who is in it already stays
        heard_dialling: the leg whose keys the others hear; of all others we alone are told

    Returns:
        For each leg None, or why it is not in the bridge.

    Raises:
        AriError: the bridge cannot be made.
    """
    failures = list[AriError | None]()
    for _ in range(TRIES):
        await client.create_bridge(bridge)
        answers = await asyncio.gather(
            *(client.add_to_bridge(bridge, one, absorb_dtmf=one != heard_dialling) for one in legs),
            return_exceptions=True,
        )
        failures = list[AriError | None]()
        for one in answers:
            if isinstance(one, BaseException) and not isinstance(one, AriError):
                raise one
            failures.append(one)
        if not any(_is_going(one) for one in failures):
            break
        await asyncio.sleep(BETWEEN_SECONDS)
    return failures


async def put_in(client: AriClient, bridge: str, *legs: str) -> None:
    """Put legs into a bridge in which nobody hears what they dial; who is in it already stays.

    Raises:
        AriError: why the first of those that are not in it is not
    """
    for failure in await put_together(client, bridge, *legs):
        if failure is not None:
            raise failure


def why_not_in(failure: AriError, otherwise: Refusal) -> Refusal:
    """Say why a leg is not in a bridge: it is gone, or something else is wrong, and it is there."""
    status = failure.status if isinstance(failure, AriRefused) else None
    if status in NO_SUCH_LEG:
        return Refusal.GONE
    return Refusal.FAILED if status == NO_SUCH_BRIDGE else otherwise


def _is_going(failure: AriError | None) -> bool:
    return isinstance(failure, AriRefused) and failure.status == NO_SUCH_BRIDGE
