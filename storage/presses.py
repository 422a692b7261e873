"""What comes under an id of its sender's own making is written once; sent again, it is the same one.

A page sends what got no answer again, so the same must count once. Under an id at which something else stands
already nothing is written, and nobody is told that it was.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, TextClause

from core.errors import DomainError


class PressUsed(DomainError):
    """Something else stands under this id already: nothing was done now."""

    code = "press-used"
    http_status = 409


def write_once(
    connection: Connection, write: TextClause, same: TextClause, row: Mapping[str, object]
) -> bool:
    """Write a row, unless the very same one is there.

    Args:
        connection: under the rights of whoever sends it
        write: the INSERT … ON CONFLICT DO NOTHING
        same: a SELECT that finds the row only if it says what is sent now
        row: parameters of both

    Returns:
        whether it is new

    Raises:
        PressUsed: another row has the id, or one that may not be seen
    """
    if connection.execute(write, row).rowcount:
        return True
    if connection.execute(same, row).first() is None:
        raise PressUsed
    return False
