"""The door through which a supervisor comes onto somebody's live call: every knock is written down first.

Only supervisors of the call's department; row-level security says the same once more below. What becomes of
an order is the telephone side's (``telephony/call/guests.py``), and stands in the order's row.
"""

from __future__ import annotations

from sqlalchemy import text

from core.actors import Actor, Role
from core.errors import AccessDenied
from storage.access_log import AccessLog, Act, Knock
from storage.call_orders import PlacedOrder, place_order
from storage.database import Database

ACTS: dict[str, Act] = {
    "listen": "live-listen",
    "whisper": "live-whisper",
    "barge": "live-barge",
    "take-over": "live-take-over",
}
"""Orders that let somebody hear a call or speak in it. To leave it needs no knock."""

LEAVE = "leave"
TAKE_OVER = "take-over"
ASKED = "asked"
"""In an order's body, ``1``: its phone is a colleague's whom the supervisor asks to take the call over."""

PURPOSE = "supervision"

# A call of another department that rings at one's desk is seen there too, to be answered and no more.
_SEEN = text(
    "SELECT 1 FROM calls WHERE id = :call AND ended_at IS NULL AND department = ANY (rights.departments())"
)


class SupervisionDoor:
    """Places a supervisor's orders, each after its knock."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = AccessLog(database)

    def order(self, actor: Actor, order: PlacedOrder) -> None:
        """Write the knock, then the order; without the knock on record nothing is ordered.

        Args:
            actor: who wants it; ``order.by`` is the same person
            order: one of ACTS or LEAVE; its body holds ``phone``, the supervisor's own or, with ``asked``, a
                colleague's, and ``reminded``

        Raises:
            AccessDenied: not a supervisor of this department, or there is no such call that goes on
            DatabaseAway: the knock could not be written
        """
        with self._database.begin(actor) as connection:
            seen = connection.execute(_SEEN, {"call": order.call}).one_or_none() is not None
        supervisor = actor.has(Role.SUPERVISOR)
        granted = seen and supervisor
        act = ACTS.get(order.kind)
        if act is not None:
            reason = "own-department" if granted else "not-visible" if supervisor else "not-your-role"
            self._log.write(
                Knock(
                    at=order.at, actor=actor.account, actor_kind="person", act=act, recording=None,
                    purpose=PURPOSE, granted=granted, reason=reason, call=order.call,
                ),
                actor,
            )  # fmt: skip
        if not granted:
            raise AccessDenied
        with self._database.begin(actor) as connection:
            place_order(connection, order)
