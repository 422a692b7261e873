"""Rules about people from outside the hall who are brought into a call. Pure: a draft in, findings out.

Whoever cannot be reached, or would not be told of the recording, would be found out while a citizen waits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from core.profile.draft import Draft, Written
from core.profile.faults import Finding, Place
from core.profile.names import ID
from core.profile.rules_numbers import EMERGENCY_NUMBERS

OUTSIDE_NUMBER = re.compile(r"0[1-9]\d{8}|0[5-9]0\d{8}")
"""A number in Japan from its area code on: neither an extension nor abroad nor an emergency number."""


def outside_parties(draft: Draft) -> Iterator[Written]:
    """Return what is written about everybody outside the hall."""
    return draft.part("outside").all("parties")


def outside_parties_can_be_called(draft: Draft) -> Iterator[Finding]:
    """Each has a name of its own for the program, and a number that leads out of the hall."""
    known = set[str]()
    emergency = {*EMERGENCY_NUMBERS, *(number for _, number in draft.top.texts("emergency_numbers"))}
    for one in outside_parties(draft):
        for place, name in one.texts("id"):
            if name in known or not ID.fullmatch(name):
                yield Finding(
                    place=place,
                    reason=f"名前「{name}」は2回使われているか、使えない文字があります。",
                    instead="半角の英小文字・数字・「-」で、1つずつ違う名前を付けてください。例: tsuyaku",
                )
            known.add(name)
        for place, number in one.texts("number"):
            if number in emergency:
                yield Finding(
                    place=place,
                    reason=f"緊急通報の番号「{number}」は、通話に呼べません。電話機からそのままかけます。",
                    instead='警察署などの、ふだんの番号を書いてください。例: number: "0300000902"',
                )
            elif not OUTSIDE_NUMBER.fullmatch(number):
                yield Finding(
                    place=place,
                    reason=f"「{number}」は、市外局番からの日本の電話番号ではありません。",
                    instead='半角の数字だけで、市外局番から書いてください。例: number: "0300000901"',
                )


def outside_parties_are_told(draft: Draft) -> Iterator[Finding]:
    """Whoever is brought in hears of the recording first, so there must be words for it."""
    part = draft.part("outside")
    wanted = any(True for _ in outside_parties(draft)) or part.flag("numbers")
    if wanted and not part.text("announcement"):
        yield Finding(
            place=("outside",),
            reason="外部の方に流す録音のお知らせ（announcement）がありません。",
            instead="announcements に案内を加えて、その id を書いてください。例: announcement: gaibu",
        )


def outside_calls_have_a_way(draft: Draft) -> Iterator[Finding]:
    """Calls out of the hall leave through a trunk with a contact."""
    part = draft.part("outside")
    ways = {one.text("id") for one in draft.all("trunks") if one.text("contact")}
    wanted = any(True for _ in outside_parties(draft)) or part.flag("numbers")
    named = part.text("trunk")
    if (wanted and not ways) or (named and named not in ways):
        yield Finding(
            place=("outside", "trunk") if named else ("outside",),
            reason="外部の方にかける回線（contact のある trunks）がありません。",
            instead="trunks に contact を書き、その id を trunk に書いてください。例: trunk: denwa-kaisha",
        )


def outside_mentions(draft: Draft) -> Iterator[tuple[str, Iterator[tuple[Place, str]]]]:
    """Return what these keys mention, beside the list in which it must stand."""
    part = draft.part("outside")
    yield "departments", chain(part.texts("departments"))
    yield "announcements", chain(part.texts("announcement"))


RULES = (outside_parties_can_be_called, outside_parties_are_told, outside_calls_have_a_way)
