"""Rules about what operators have at the desk. Pure: a draft in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from core.profile.desk import BROUGHT_ABOUT_BY_US
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


def what_the_hall_did_can_be_noted(draft: Draft) -> Iterator[Finding]:
    """A call that we brought about never counts as a repetition: so what we did must have its button."""
    written = {one.text("id") for one in draft.all("outcomes")}
    missing = [one for one in BROUGHT_ABOUT_BY_US if written and one not in written]
    if missing:
        told = "、".join(f"{one}：{BROUGHT_ABOUT_BY_US[one]}" for one in missing)
        yield Finding(
            place=("outcomes",),
            reason=f"市の側の都合を書き残す結果（{told}）がありません。これがないと、市が引き継いだあとや"
            "折り返さなかったあとの電話が、相手の「繰り返し」に数えられます。",
            instead="この id の結果を加えてください（name は変えられます）。"
            f"例: - {{id: {missing[0]}, name: {BROUGHT_ABOUT_BY_US[missing[0]]}}}",
        )


RULES = (
    judges_are_called_in_time, slots_are_minutes, marks_have_minutes, outcomes_can_be_chosen,
    what_the_hall_did_can_be_noted,
)  # fmt: skip
