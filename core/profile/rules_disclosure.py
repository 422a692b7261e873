"""Rules about the clock of requests (開示などの請求). Pure: a draft in, findings out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from core.profile.draft import Draft, Written
from core.profile.faults import Finding, Place

_LONGEST = 30
"""Days of 個人情報の保護に関する法律 第83条, 第94条 and 第102条; an ordinance may shorten them (第108条)."""
_BY_THE_ACT = ("personal", "correction", "stopping")
_OWN_ORDINANCE = "own-ordinance"
_LEAP_YEAR = 2028
"""A year that has every day which a year can have."""


def terms_are_of_agencies(draft: Draft) -> Iterator[Finding]:
    """A row names agencies that exist, and no two rows of one kind name the same."""
    known = set(draft.ids("agencies").values())
    taken = set[tuple[str, str]]()
    for one in _terms(draft):
        kind = one.text("kind")
        for place, agency in one.texts("agencies"):
            if agency not in known:
                yield Finding(
                    place=place,
                    reason=f"実施機関「{agency}」が agencies にありません。",
                    instead=f"次のどれかを書いてください: {'、'.join(sorted(known))}",
                )
            elif (kind, agency) in taken:
                yield Finding(
                    place=place,
                    reason=f"「{agency}」の「{kind}」の期限が2回書かれています。",
                    instead="どちらか一方を消してください。",
                )
            taken.add((kind, agency))


def terms_are_no_longer_than_the_act(draft: Draft) -> Iterator[Finding]:
    """What the act sets, an ordinance may shorten and nobody lengthen (個人情報保護法 第108条)."""
    own = {one.text("id") for one in draft.all("agencies") if one.text("regime") == _OWN_ORDINANCE}
    for one in _terms(draft):
        if one.text("kind") not in _BY_THE_ACT or {name for _, name in one.texts("agencies")} <= own:
            continue
        for key in ("days", "extension_days"):
            days = one.number(key)
            if days is not None and days > _LONGEST:
                yield Finding(
                    place=(*one.place, key),
                    reason=f"法律の{_LONGEST}日を超えています。条例で長くはできません。",
                    instead=f"{_LONGEST} 以下にしてください。",
                )


def closed_days_are_days(draft: Draft) -> Iterator[Finding]:
    """A day that no calendar has would close nothing, in silence; a hall closed all week never opens."""
    closed = _closed(draft)
    for place, day in closed.texts("further", "open_although"):
        if not _is_day(day):
            yield _no_day(place, day, "2027-07-01")
    for span in closed.all("each_year"):
        for place, day in span.texts("first", "last"):
            if not _is_day(f"{_LEAP_YEAR}-{day}"):
                yield _no_day(place, day, "12-29")
    if len({name for _, name in closed.texts("weekdays")}) > 6:  # noqa: PLR2004  days of a week
        yield Finding(
            place=(*closed.place, "weekdays"),
            reason="すべての曜日が休日になっています。",
            instead="市役所が開く曜日を消してください。例: weekdays: [sat, sun]",
        )


def grounds_are_told_apart(draft: Draft) -> Iterator[Finding]:
    """Two grounds of one id would print the wrong article beside a passage."""
    known = set[str]()
    for one in draft.part("disclosure").all("grounds"):
        name = one.text("id")
        if name in known:
            yield Finding(
                place=(*one.place, "id"),
                reason=f"不開示の理由「{name}」が2回書かれています。",
                instead="どちらか一方の id を変えてください。",
            )
        known.add(name)


def _terms(draft: Draft) -> Iterator[Written]:
    yield from draft.part("disclosure").all("terms")


def _closed(draft: Draft) -> Written:
    values = draft.part("disclosure").values.get("closed")
    return Written(place=("disclosure", "closed"), values=values if isinstance(values, dict) else {})


def _is_day(written: str) -> bool:
    with suppress(ValueError):
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written)) and bool(
            date.fromisoformat(written)
        )
    return False


def _no_day(place: Place, day: str, example: str) -> Finding:
    return Finding(
        place=place,
        reason=f"「{day}」という日はありません。",
        instead=f'例: "{example}" のように書いてください。',
    )


RULES = (
    terms_are_of_agencies,
    terms_are_no_longer_than_the_act,
    closed_days_are_days,
    grounds_are_told_apart,
)
