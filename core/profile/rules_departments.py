"""Rules about departments below departments. Pure: a draft in, findings out.

Rights reach downwards, so a loop would give everybody in it everything, and a department below one of another
実施機関 would let one body into the records of another, each of which answers for its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.profile.draft import Draft
from core.profile.faults import Finding


def departments_stand_under_what_exists(draft: Draft) -> Iterator[Finding]:
    """What a department stands under is another one, and of the same agency."""
    agencies = {one.text("id"): one.text("agency") for one in draft.all("departments")}
    for one in draft.all("departments"):
        for place, above in one.texts("under"):
            if above not in agencies:
                yield Finding(
                    place=place,
                    reason=f"課「{above}」が departments にありません。",
                    instead="上の課の id を書くか、この項目を消してください。",
                )
            elif agencies[above] != one.text("agency"):
                yield Finding(
                    place=place,
                    reason=f"課「{above}」は、別の実施機関の課です。実施機関をまたいで上下にはできません。",
                    instead="同じ実施機関（agency）の課を書くか、この項目を消してください。",
                )


def departments_stand_under_no_loop(draft: Draft) -> Iterator[Finding]:
    """Nobody stands below themselves, however many are between."""
    above = {one.text("id"): one.text("under") for one in draft.all("departments")}
    for one in draft.all("departments"):
        start = one.text("id")
        passed, here = {start}, above[start]
        while here and here not in passed:
            passed.add(here)
            here = above.get(here, "")
        if here and here == start:
            yield Finding(
                place=(*one.place, "under"),
                reason=f"課「{start}」をたどると、自分の下に戻ります。",
                instead="いちばん上の課から under を消してください。",
            )


RULES = (departments_stand_under_what_exists, departments_stand_under_no_loop)
