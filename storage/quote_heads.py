"""Signs a head of the access log at the very row of each exported quote, as soon as the row is chained.

Heads at fixed times stand some rows further on, and to get there a third party would have to be given every
row between: who opened what, for which case. A head at the export's own row needs none of them. It is a head
like any other: it goes where the others go, and ``tsuwaroku audit verify`` compares the chain with it.
"""

from __future__ import annotations

from sqlalchemy import text

from storage.access_heads import Head, name_of, signed
from storage.sender import Sender

_CHAINED = text("""
    SELECT e.id, c.seq, c.previous, c.body, c.hash FROM quote_exports e
      JOIN access_chain c ON c.knock_id = e.knock_id
     WHERE e.head IS NULL ORDER BY c.seq LIMIT 100
""")
_SIGN = text("""
    UPDATE quote_exports SET previous = :previous, knock = :body, head = :head, signed_at = :at
     WHERE id = :id AND head IS NULL
""")


class QuoteHeads:
    """Signs what waits. Run it every half second, in one process of ours; running twice harms nothing."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def run_once(self) -> int:
        """Sign a head for each export that was chained; say how many.

        A place of heads that is away raises its alarm and holds up nobody: the file itself is kept elsewhere,
        by whoever was given it, and the next head that is sent covers the row.

        Raises:
            DatabaseAway
        """
        with self._sender.database.begin() as connection:
            waiting = connection.execute(_CHAINED).all()
        for one in waiting:
            now = self._sender.clock.now()
            head = Head(instance=self._sender.instance, seq=int(one.seq), hash=bytes(one.hash), at=now)
            note = signed(head, self._sender.key)
            self._sender.send_note(name_of(head), note, code="head-not-sent")
            values = {"id": one.id, "previous": one.previous, "body": one.body, "head": note, "at": now}
            with self._sender.database.begin() as connection:
                connection.execute(_SIGN, values)
        return len(waiting)
