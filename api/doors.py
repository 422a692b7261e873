"""Which address asks for which right. An address that stands nowhere here is shut to everybody.

One line per address, ``METHOD /path`` as its route declares it; HEAD asks what GET asks. A person's roles
must give them something of the kind that is named (``core/rights.py``); of which things, the route decides,
and row-level security once more. *knock*: the route refuses by itself, after a line in the access log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum

from api.case_doors import CASE_DOORS
from api.keyed_doors import KEYED_DOORS, Keyed
from core.actors import Role
from core.rights import Matter, allows


class Unsigned(Enum):
    """Doors that open before anybody has signed in."""

    ANYBODY = "anybody"  # the way in itself, and what a watch over the service asks
    PROGRAM = "program"  # a program of the city hall shows its token (api/tokens.py)


Door = Unsigned | Matter | Keyed

_DOORS: Mapping[Door, str] = {
    Unsigned.ANYBODY: """
        GET /sign-in
        POST /sign-in
        GET /sign-in/code
        POST /sign-in/code
        GET /sign-in/set-up
        POST /sign-in/set-up
        GET /sign-in/provider
        GET /sign-in/provider/back
        GET /healthz
        GET /metrics
    """,
    Unsigned.PROGRAM: """
        GET /api/v1/phones/{phone}/call
        POST /api/v1/calls/{call}/flag
        POST /api/v1/calls/{call}/help
        GET /api/v1/openapi.json
    """,
    Matter.OWN_ACCOUNT: """
        GET /
        GET /phone
        POST /phone
        POST /sign-out
        WEBSOCKET /ws
        GET /account
        GET /account/second-factor
        POST /account/second-factor
        POST /account/recovery-codes
        POST /account/second-factor/remove
        POST /account/sign-out-everywhere
        GET /account/keys
        POST /account/keys
        POST /account/keys/{key}/end
    """,
    Matter.CALLS: """
        GET /calls
        GET /calls/{call}
        GET /calls/{call}/state
        GET /console
        GET /console/desk
        GET /console/mini
        GET /console/clock
        GET /console/calls/{call}
        GET /console/calls/{call}/desk
        POST /calls/{call}/notes
        POST /calls/{call}/clocks
        POST /calls/{call}/clocks/{clock}/stop
        POST /calls/{call}/measures
        POST /calls/{call}/wrap-up
        POST /calls/{call}/promises
        POST /promises/{promise}/kept
        GET /promises
        POST /calls/{call}/claim
        POST /calls/{call}/help/{asked}/cancel
        POST /calls/{call}/cards/{card}/seen
        POST /calls/{call}/orders
        POST /calls/{call}/outside
        POST /calls/{call}/flag
        POST /calls/{call}/help
        POST /help/{asked}/there
        GET /live
        GET /live/calls
        POST /calls/{call}/supervise  knock
        POST /calls/{call}/open  knock
    """,
    Matter.CALLER: """
        GET /calls/{call}/caller
        POST /calls/{call}/shared
        POST /calls/{call}/shared/{mark}/revoke
        POST /calls/{call}/caller
    """,
    Matter.CONTENT: """
        GET /recordings/{grant}/audio
        GET /recordings/{grant}/peaks
    """,
    Matter.WORDS: """
        POST /calls/{call}/words
        POST /calls/{call}/clips
        GET /clips/{clip}/sound
        POST /clips/{clip}/heard
        POST /clips/{clip}/confirm
        POST /clips/{clip}/correct
        POST /calls/{call}/quotes
        POST /quotes/{quote}/clips
        POST /quotes/{quote}/confirm
        GET /quotes/{quote}
        POST /quotes/{quote}/exports
        GET /quote-exports/{export}
        GET /quote-exports/{export}/state
        POST /quote-exports/{export}/file
        GET /search
        POST /search
        GET /search/{query}
        POST /search/{query}/open
        POST /search/{query}/clips
        POST /search/{query}/keep
        POST /search/kept/{kept}/forget
    """,
    Matter.AROUND_MARKS: """
        POST /calls/{call}/around-marks
        GET /calls/{call}/around-marks/{grant}
        GET /around-marks/{grant}/{number}/sound
        POST /calls/{call}/around-marks/listeners
    """,
    Matter.LIVE_TEXT: """
        POST /calls/{call}/live-text/watch
        POST /calls/{call}/live-text/leave
        GET /calls/{call}/live-text
    """,
    Matter.OPENING: """
        POST /calls/{call}/use
    """,
    Matter.SUPERVISION: """
        GET /live/{call}
        GET /live/{call}/state
        GET /help/waiting
        POST /help/{asked}/accept
        POST /calls/{call}/cards
    """,
    Matter.ENDING: """
        GET /calls/{call}/ending
        GET /calls/{call}/ending/state
        POST /calls/{call}/ending
        POST /calls/{call}/say
    """,
    Matter.ALARMS: """
        GET /alarms
        POST /alarms/{alarm}/acknowledge
        GET /alarms/count
    """,
    Matter.DOUBTS: """
        GET /unrecorded
        POST /unrecorded/compare
        POST /unrecorded/{doubt}/seen
    """,
    Matter.DESTROYED: """
        GET /destruction
        GET /destruction/{recording}/certificate.txt
    """,
    Matter.DESTROYING: """
        POST /destruction/{recording}/approve
        POST /destruction/{recording}/hold
        POST /destruction/{recording}/holds/{placed}/lift
    """,
    Matter.ACCURACY: """
        GET /accuracy
    """,
    Matter.FIGURES: """
        GET /dashboard
        GET /dashboard/file/{section}
    """,
    Matter.DISASTER: """
        GET /disaster
        POST /disaster
        POST /disaster/{switch}/off
    """,
    Matter.REQUESTS: """
        GET /disclosures
        POST /disclosures
        GET /disclosures/{request_id}
        POST /disclosures/{request_id}/notices/{number}
        POST /disclosures/{request_id}/people
        POST /disclosures/{request_id}/step
        POST /disclosures/{request_id}/workspace
        POST /disclosures/hold
        GET /disclosures/{request_id}/bundles
        POST /disclosures/{request_id}/bundles
        POST /disclosures/{request_id}/bundles/{bundle}/file
        POST /disclosures/{request_id}/bundles/{bundle}/not-waited
        POST /disclosures/{request_id}/bundles/{bundle}/password
        POST /disclosures/{request_id}/bundles/{bundle}/viewing
        GET /disclosures/{request_id}/bundles/{bundle}/viewing/{given}
        GET /disclosures/{request_id}/bundles/{bundle}/viewing/{given}/{name}
        GET /records
        POST /records
        GET /records/{request_id}
        POST /records/{request_id}/facts
        POST /records/{request_id}/accept
        POST /records/{request_id}/hold
        POST /records/{request_id}/leave-out
        GET /records/{request_id}/{recording}/redaction
        GET /records/{request_id}/{recording}/redaction/state
        GET /records/{request_id}/{recording}/redaction/{version}/sound
        POST /records/{request_id}/{recording}/redaction/mask
        POST /records/{request_id}/{recording}/redaction/ground
        POST /records/{request_id}/{recording}/redaction/about
        POST /records/{request_id}/{recording}/redaction/not-about
        POST /records/{request_id}/{recording}/redaction/unmask
        POST /records/{request_id}/{recording}/redaction/decline
        POST /records/{request_id}/{recording}/redaction/undo
        POST /records/{request_id}/{recording}/redaction/heard
        POST /records/{request_id}/close
        POST /records/{request_id}/open
        POST /records/{request_id}/original
        GET /records/{request_id}/{recording}
    """,
    Matter.AUDIT: """
        GET /access-log
    """,
    Matter.LOG: """
        GET /ledger
        GET /ledger/file
    """,
    Matter.URGENT: """
        GET /rights
        POST /rights/urgent
        POST /rights/urgent/{opening}/shut
    """,
    Matter.DEPUTIES: """
        POST /rights/deputies
        POST /rights/deputies/{deputy}/end
    """,
    Matter.RESTRICTING: """
        POST /rights/groups
        POST /rights/groups/{group}/members
        POST /rights/groups/{group}/members/{account}/out
        POST /calls/{call}/restriction
        POST /calls/{call}/restriction/lift
    """,
    Matter.ACCOUNTS: """
        POST /accounts/{login}/engagement
        GET /accounts
    """,
    Matter.TOKENS: """
        GET /tokens
        POST /tokens
        POST /tokens/{token}/revoke
    """,
    Matter.WEBHOOKS: """
        GET /webhooks
        POST /webhooks
        POST /webhooks/{webhook}/end
        POST /webhooks/deliveries/{delivery}/again
    """,
}


def _read() -> Mapping[str, Door]:
    return {
        " ".join(line.split()[:2]): door
        for door, lines in (*_DOORS.items(), *CASE_DOORS.items(), *KEYED_DOORS.items())
        for line in lines.splitlines()
        if line.strip()
    }


DOORS = _read()


def door_of(method: str, path: str) -> Door | None:
    """Return the door before an address; None where no line names it, and nobody gets through."""
    return DOORS.get(f"{'GET' if method == 'HEAD' else method} {path}")


def opens(method: str, path: str, roles: Collection[Role]) -> bool:
    """Say whether an address opens to somebody in these roles, once they have signed in."""
    door = door_of(method, path)
    return isinstance(door, Unsigned) or (isinstance(door, Matter) and allows(roles, door))
