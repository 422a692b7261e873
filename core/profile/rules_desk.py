"""Rules about what operators have at the desk. Pure: a draft in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from core.profile.draft import Draft
from core.profile.faults import Finding

_DAY = 1440


def judges_are_called_in_time(draft: Draft) -> Iterator[Finding]:
    """Whoever judges must be called before the judgement is due."""
    clocks = draft.part("clocks")
    ask, due = clocks.number("deadlock_ask_minutes"), clocks.number("deadlock_minutes")
    if ask is not None and ask > (15 if due is None else due):
        yield Finding(
            place=(*clocks.place, "deadlock_ask_minutes"),
            reason="判断する人を呼ぶのが、判断の目安の時間より後になっています。",
            instead="deadlock_minutes より小さい数を書いてください。例: deadlock_ask_minutes: 7",
        )


def slots_are_minutes(draft: Draft) -> Iterator[Finding]:
    """A slot that is told to a caller lasts a minute to a day."""
    clocks = draft.part("clocks")
    written = clocks.values.get("agreed_minutes")
    for index, one in enumerate(cast("list[Any]", written) if isinstance(written, list) else []):
        if isinstance(one, int) and not 1 <= one <= _DAY:
            yield Finding(
                place=(*clocks.place, "agreed_minutes", index),
                reason=f"「{one}」分は、相手に伝える対応時間になりません。",
                instead="1〜1440 の分で書いてください。例: [30, 60]",
            )


def marks_have_minutes(draft: Draft) -> Iterator[Finding]:
    """A mark on the clock of a call needs a time."""
    timeless = {one.text("id") for one in draft.all("thresholds") if one.number("minutes") is None}
    for place, name in draft.part("clocks").texts("length_marks"):
        if name in timeless:
            yield Finding(
                place=place,
                reason=f"目安「{name}」には分（minutes）がないため、時計に出せません。",
                instead="minutes のある目安の id を書いてください。",
            )


def outcomes_can_be_chosen(draft: Draft) -> Iterator[Finding]:
    """After a call an operator needs at least one button."""
    if draft.top.values.get("outcomes") == []:
        yield Finding(
            place=("outcomes",),
            reason="通話のあとに選ぶ結果が1つもありません。",
            instead="outcomes の行を消すと、ふつうの5つが使われます。",
        )


RULES = (judges_are_called_in_time, slots_are_minutes, marks_have_minutes, outcomes_can_be_chosen)
