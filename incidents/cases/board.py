"""判断ボード: who was called, what each of them thinks, and who may read it already. Pure.

Nobody reads the others' views before giving one's own: several people judge, not one and his echo. Views are
added to, never changed; of each judge the last one counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.ids import AccountId
from incidents.cases.events import AbsentBy, JudgesCalled, ViewGiven
from incidents.cases.judgement import GivenView, is_found
from incidents.cases.rule import Rank, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Where the judgement stands. A case that nobody was called to judge has an empty one."""

    ranks: tuple[tuple[AccountId, Rank], ...] = ()
    """Who was called, and as what."""
    head_absent: bool = False
    absent_by: AbsentBy | None = None
    called_at: datetime | None = None
    """When judges were called last; None again after a withdrawal, until somebody calls them anew."""
    views: tuple[GivenView, ...] = ()
    """Every view there ever was, oldest first."""
    counted_from: int = 0
    """Views before this one belong to a finding that was withdrawn: read, and counted no more."""

    @property
    def counted(self) -> tuple[GivenView, ...]:
        """Return the views that count."""
        return self.views[self.counted_from :]

    @property
    def spoken(self) -> frozenset[AccountId]:
        """Return who gave a view that counts."""
        return frozenset(one.by for one in self.counted)

    @property
    def waiting(self) -> tuple[AccountId, ...]:
        """Return who was called and has said nothing yet."""
        return tuple(one for one, _ in self.ranks if one not in self.spoken)

    def rank(self, account: AccountId) -> Rank | None:
        """Return as what somebody was called; None: they were not."""
        return dict(self.ranks).get(account)

    def called(self, event: JudgesCalled) -> Board:
        """Return the board with these people called; who was called before stays."""
        ranks = dict(self.ranks) | {one.account: one.rank for one in event.judges}
        return replace(
            self, ranks=tuple(ranks.items()), head_absent=event.head_absent, absent_by=event.absent_by,
            called_at=event.at,
        )  # fmt: skip

    def viewed(self, event: ViewGiven) -> Board:
        """Return the board with one view more."""
        given = GivenView(view=event.view, by=event.by, rank=self.rank(event.by) or event.rank, at=event.at)
        return replace(self, views=(*self.views, given))

    def anew(self) -> Board:
        """Return the board as it begins again after a withdrawal."""
        return replace(self, counted_from=len(self.views), called_at=None)

    def found(self, rule: Rule) -> bool:
        """Say whether the views that count come to a finding."""
        return is_found(self.counted, rule, head_absent=self.head_absent)

    def readable_by(self, reader: AccountId, *, settled: bool) -> tuple[GivenView, ...]:
        """Return the views that somebody may read now.

        Args:
            reader: who reads
            settled: the finding stands, or the case is decided: nobody is led any more
        """
        if settled or reader in self.spoken:
            return self.views
        if self.rank(reader) is None:
            return ()
        return tuple(
            one for number, one in enumerate(self.views) if one.by == reader or number < self.counted_from
        )
