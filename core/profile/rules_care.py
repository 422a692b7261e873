"""Rules about 職員の休みと声かけ. Pure: a draft in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from core.profile.care import Care
from core.profile.draft import Draft
from core.profile.faults import Finding


def checks_come_one_after_another(draft: Draft) -> Iterator[Finding]:
    """Each check comes after the one before it, the first no earlier than the next day."""
    days = _days(draft)
    if any(one < 1 for one in days) or sorted(set(days)) != days:
        yield Finding(
            place=("care", "check_days"),
            reason="声をかける日（check_days）は、1以上の日数を小さい順に、同じ数を重ねずに書きます。",
            instead="例: check_days: [3, 7, 30]",
        )


def nothing_is_forgotten_before_the_last_check(draft: Draft) -> Iterator[Finding]:
    """A request that is erased before its last check would end in silence."""
    written = draft.part("care")
    if not written.values:
        return
    keep = written.number("forget_days")
    keep = Care().forget_days if keep is None else keep
    latest = max(_days(draft), default=0)
    if keep <= latest:
        yield Finding(
            place=("care", "forget_days" if "forget_days" in written.values else "check_days"),
            reason=f"{latest}日後に声をかける前に、記録が消えます（{keep}日で消す設定です）。",
            instead=f"forget_days を {latest + 1} 以上にしてください（120 まで）。",
        )


def _days(draft: Draft) -> list[int]:
    written = draft.part("care").values.get("check_days", list(Care().check_days))
    return [
        one
        for one in (cast("list[Any]", written) if isinstance(written, list) else [])
        if isinstance(one, int) and not isinstance(one, bool)
    ]


RULES = (checks_come_one_after_another, nothing_is_forgotten_before_the_last_check)
