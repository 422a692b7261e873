"""Rules about recording modes. Pure: a draft in, findings out.

A mode that cannot be served must not look as if it were obeyed: calls that should be there would not be, or
the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from core.profile.draft import Draft, Written
from core.profile.faults import Finding
from core.profile.recording import OUTBOUND_PREFIX, RecordingMode, WhenNotWanted
from core.profile.rules_numbers import NUMBER

_NEVER, _BUFFER, _ON_DEMAND = (
    RecordingMode.NEVER.value,
    RecordingMode.BUFFER.value,
    RecordingMode.ON_DEMAND.value,
)


def announcements_fit_the_mode(draft: Draft) -> Iterator[Finding]:
    """Who is recorded is told first; where nobody is recorded, nobody is told that they are."""
    for one in (*draft.all("lines"), *outbounds(draft)):
        recorded = one.text("recording") in {mode.value for mode in RecordingMode} - {_NEVER}
        if recorded and not one.text("announcement"):
            yield Finding(
                place=one.place,
                reason="録音する窓口（発信）に、録音のお知らせ（announcement）がありません。",
                instead="announcements にお知らせを書き、その id を書いてください。例: announcement: rokuon",
            )
        if one.text("recording") == _NEVER and one.text("announcement"):
            yield Finding(
                place=(*one.place, "announcement"),
                reason="録音しない（never）のに、録音のお知らせが書かれています。",
                instead="announcement の行を消してください。",
            )


def outbound_is_served(draft: Draft) -> Iterator[Finding]:
    """Calls going out are recorded from their beginning or not at all."""
    for one in outbounds(draft):
        if one.text("recording") == _ON_DEMAND:
            yield Finding(
                place=(*one.place, "recording"),
                reason="発信では、途中からの録音（on-demand）は使えません。",
                instead="recording: never、always、buffer のどれかを書いてください。",
            )
        number = one.text("number")
        if number and not (NUMBER.fullmatch(number) and number.startswith("0")):
            yield Finding(
                place=(*one.place, "number"),
                reason=f"「{number}」は、相手に表示する電話番号になりません。",
                instead='市外局番から、半角の数字で書いてください。例: number: "0312345678"',
            )


def only_what_is_asked_for_is_asked_alone(draft: Draft) -> Iterator[Finding]:
    """Other modes do the same whoever serves the call; the key could not make a difference there."""
    for one in draft.all("lines"):
        if "records_alone" in one.values and one.text("recording") != _ON_DEMAND:
            yield Finding(
                place=(*one.place, "records_alone"),
                reason="records_alone は、随時録音（on-demand）の窓口だけの項目です。",
                instead="records_alone の行を消してください。",
            )


def buffer_has_hours(draft: Draft) -> Iterator[Finding]:
    """What is kept for a while only needs to know for how long."""
    buffered = any(one.text("recording") == _BUFFER for one in (*draft.all("lines"), *outbounds(draft)))
    if buffered and draft.part("keeping").number("buffer_hours") is None:
        yield Finding(
            place=("keeping",),
            reason="一時保持（buffer）の窓口があるのに、保持する時間（buffer_hours）がありません。",
            instead="例: buffer_hours: 24",
        )


def practice_is_recorded(draft: Draft) -> Iterator[Finding]:
    """Practice is for hearing oneself; on a line that keeps nothing there is nothing to hear."""
    for one in draft.all("lines"):
        if one.flag("practice") and one.text("recording") == _NEVER:
            yield Finding(
                place=(*one.place, "recording"),
                reason="練習の窓口では、録音しない（never）は使えません。",
                instead="recording: always と書いてください。",
            )


def outbound_ids_are_free(draft: Draft) -> Iterator[Finding]:
    """The names of outgoing calls are made from the department's; no line may have one of them."""
    for place, name in draft.ids("lines").items():
        if name.startswith(OUTBOUND_PREFIX):
            yield Finding(
                place=place,
                reason=f"「{OUTBOUND_PREFIX}」で始まる名前は、発信の記録に使います。",
                instead="別の名前にしてください。",
            )


def another_way_has_words(draft: Draft) -> Iterator[Finding]:
    """Who is offered another way must be told which."""
    without = draft.part("without_recording")
    if without.text("then") == WhenNotWanted.OFFER.value and not without.text("other_way"):
        yield Finding(
            place=("without_recording",),
            reason="ほかの方法を案内する（offer）のに、案内の言葉（other_way）がありません。",
            instead="例: other_way: 録音をお望みでない場合は、窓口やお手紙でも承ります。",
        )


def outbounds(draft: Draft) -> Iterator[Written]:
    """Return what is written about calls going out, department by department."""
    for one in draft.all("departments"):
        inner = one.values.get("outbound")
        if isinstance(inner, dict):
            yield Written(place=(*one.place, "outbound"), values=cast("dict[str, Any]", inner))


RULES = (
    announcements_fit_the_mode,
    outbound_is_served,
    only_what_is_asked_for_is_asked_alone,
    buffer_has_hours,
    practice_is_recorded,
    outbound_ids_are_free,
    another_way_has_words,
)
