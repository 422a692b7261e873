"""Who of outside the hall is in a live call, or on the way to it, since when. Never the number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from core.ids import CallId
from core.profile.model import CityProfile

# The last one of each call: whoever came before has gone, and how that went was told then.
_LAST = text("""
    SELECT DISTINCT ON (o.call_id) o.call_id, o.party, o.rung_at, o.answered_at, o.joined_at, o.left_at,
           o.result, coalesce(c.aside = 'held', false) AS held
      FROM call_outside o JOIN calls c ON c.id = o.call_id
     WHERE o.call_id = ANY (:calls) ORDER BY o.call_id, o.rung_at DESC, o.leg DESC
""")

_ENDED = {
    "busy": "は話し中でした。",
    "no-answer": "は電話に出ませんでした。",
    "unreachable": "につながりませんでした。番号と回線を確かめてください。",
    "not-told": "には録音のお知らせを流せなかったので、つないでいません。",
    "gone": "の電話が切れました。",
    "lost": "との電話が切れました。もう一度呼べます。",
    "let-go": "との通話を終えました。",
}
SOMEBODY = "外部の方"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSeen:
    """Somebody from outside, as staff see them."""

    name: str
    rung_at: datetime
    answered_at: datetime | None
    joined_at: datetime | None
    left_at: datetime | None
    result: str | None
    held: bool
    """The caller hears music: operator and party talk alone."""

    @property
    def here(self) -> bool:
        """Whether they are in the call now."""
        return self.joined_at is not None and self.left_at is None

    @property
    def coming(self) -> bool:
        """Whether they are called, or are being told of the recording."""
        return self.joined_at is None and self.left_at is None

    @property
    def words(self) -> str:
        """Say it in one sentence, without the moment."""
        if self.left_at is not None:
            return f"{self.name}{_ENDED.get(self.result or '', 'との通話を終えました。')}"
        if self.joined_at is not None:
            return f"{self.name}が、この通話に加わっています。"
        if self.answered_at is not None:
            return f"{self.name}に、録音のお知らせを流しています。"
        return f"{self.name}を呼び出しています。"


def outside_of(
    connection: Connection, calls: Sequence[CallId], profile: CityProfile
) -> Mapping[CallId, OutsideSeen]:
    """Return whom each call had from outside last, under the rights of who looks."""
    found = dict[CallId, OutsideSeen]()
    for row in connection.execute(_LAST, {"calls": list(calls)}):
        known = profile.outside.party(row.party) if row.party else None
        found[CallId(row.call_id)] = OutsideSeen(
            name=f"{SOMEBODY}（{known.name}）" if known else SOMEBODY,
            rung_at=row.rung_at,
            answered_at=row.answered_at,
            joined_at=row.joined_at,
            left_at=row.left_at,
            result=row.result,
            held=row.held,
        )
    return found
