"""Rules about standing by an operator. Pure: a draft in, findings out.

A chain that is written twice, or words for a type that nobody may use, would be found out in an emergency.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from core.profile.draft import Draft, Written, twice
from core.profile.faults import Finding, Place


def one_chain_for_each_department(draft: Draft) -> Iterator[Finding]:
    """A department's help rings down one chain, each telephone once."""
    for place, department in twice(chain.from_iterable(one.texts("department") for one in chains(draft))):
        yield Finding(
            place=place,
            reason=f"課「{department}」の応援の順番（chains）が2回書かれています。",
            instead="1つにまとめてください。",
        )
    for place, phone in chain.from_iterable(twice(one.texts("phones")) for one in chains(draft)):
        yield Finding(
            place=place,
            reason=f"電話機「{phone}」が同じ順番に2回書かれています。",
            instead="一方を消してください。",
        )


def practice_calls_no_desk_for_help(draft: Draft) -> Iterator[Finding]:
    """Practice must not call people from their work: nor may a desk be taken for practice."""
    lines = list(draft.all("lines"))
    training, desks = (
        {phone for one in lines if one.flag("practice") is practice for _, phone in one.texts("phones")}
        for practice in (True, False)
    )
    practising = {one.text("department") for one in lines if one.flag("practice")}
    everyday = {one.text("department") for one in lines if not one.flag("practice")}
    for one in chains(draft):
        only_practice = one.text("department") in practising - everyday
        for place, phone in one.texts("phones"):
            if phone in (desks if only_practice else training):
                yield Finding(
                    place=place,
                    reason=f"電話機「{phone}」は、練習と市民の電話で分けて使います。",
                    instead="練習の課の応援には練習用の電話機だけを、ほかの課にはそれ以外を書いてください。",
                )


def chains(draft: Draft) -> Iterator[Written]:
    """Return what is written about the telephones that ring for help, department by department."""
    return draft.part("help").all("chains")


def supervision_mentions(draft: Draft) -> Iterator[tuple[str, Iterator[tuple[Place, str]]]]:
    """Return what these parts mention, beside the list in which it must stand."""
    supervision = draft.part("supervision")
    found = list(chains(draft))
    wordings = list(draft.all("wordings"))
    yield "departments", chain.from_iterable(one.texts("department") for one in found)
    yield "phones", chain(supervision.texts("heads"), *(one.texts("phones") for one in found))
    yield (
        "announcements",
        chain(
            supervision.texts("barge_announcement"),
            *(one.texts("announcement") for one in (*found, *wordings)),
        ),
    )
    yield "harassment_types", chain.from_iterable(one.texts("types") for one in wordings)


RULES = (one_chain_for_each_department, practice_calls_no_desk_for_help)
