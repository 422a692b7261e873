"""Where Asterisk and our calls differ, seen from two lists."""

from __future__ import annotations

from collections.abc import Collection

from telephony.call import events as on
from telephony.call.call import Call, bridge_of
from telephony.call.guest import guest_leg
from telephony.call.outside import outside_leg
from telephony.leading.differences import Difference, Seen, Sighting, differences
from tests.unit.call_scenes import CALL, LEGS, NOON, PHONES, TO_CONNECTING, TO_TALKING, arrived, play

TALKING, _ = play(*TO_TALKING)
CONNECTING, _ = play(*TO_CONNECTING)


def seen(*channels: str, bridges: dict[str, Collection[str]] | None = None) -> Seen:
    return Seen(
        channels={name: {"id": name, "state": "Up"} for name in channels},
        bridges={name: frozenset(members) for name, members in (bridges or {}).items()},
        applications={},
        started_at=NOON,
    )


def compared(
    calls: Collection[Call], has: Seen, *, mine: Collection[str] = (), elsewhere: Collection[str] = ()
) -> set[Sighting]:
    found = differences({call.id: call for call in calls}, has, mine=mine, led_elsewhere=elsewhere)
    return set(found)


def test_a_talk_that_both_sides_know_does_not_differ() -> None:
    has = seen(CALL, LEGS[0], bridges={bridge_of(CALL): (CALL, LEGS[0])})

    assert compared([TALKING], has, mine=(CALL, LEGS[0])) == set()


def test_a_caller_whose_hang_up_was_missed_is_found() -> None:
    assert compared([TALKING], seen(LEGS[0])) == {(Difference.CALLER_GONE, CALL)}


def test_an_operator_whose_hang_up_was_missed_is_found() -> None:
    assert compared([TALKING], seen(CALL), mine=(CALL,)) == {(Difference.LEG_GONE, LEGS[0])}


def test_a_phone_that_rings_for_a_call_already_answered_elsewhere_is_an_orphan() -> None:
    has = seen(CALL, *LEGS[:2])

    assert compared([TALKING], has) == {(Difference.ORPHAN_LEG, LEGS[1])}
    assert compared([CONNECTING], seen(CALL, *LEGS)) == set()


def test_an_operator_left_alone_by_a_call_that_is_over_is_an_orphan() -> None:
    assert compared([], seen(LEGS[0])) == {(Difference.ORPHAN_LEG, LEGS[0])}


def test_what_another_living_process_leads_is_none_of_our_business() -> None:
    has = seen(CALL, LEGS[0], bridges={bridge_of(CALL): ()})

    assert compared([], has, elsewhere=(CALL, LEGS[0])) == set()


def test_a_caller_in_our_hands_whom_no_call_knows_is_found() -> None:
    assert compared([], seen(CALL), mine=(CALL,)) == {(Difference.STRAY_CALLER, CALL)}


def test_an_empty_bridge_of_ours_is_found_and_a_strangers_is_left_alone() -> None:
    has = seen(bridges={bridge_of(CALL): (), "conference": (), "br-other": ()})

    assert compared([], has) == {(Difference.EMPTY_BRIDGE, bridge_of(CALL))}


def test_the_far_half_of_a_fetched_colleagues_leg_is_nobodys_orphan_and_no_leg_of_its_own() -> None:
    has = seen(CALL, LEGS[0], f"{LEGS[0]};2", bridges={bridge_of(CALL): (CALL, LEGS[0])})

    assert compared([TALKING], has, mine=(CALL, LEGS[0])) == set()
    assert has.legs_of(CALL) == [LEGS[0]]


def test_who_was_let_go_from_outside_and_is_still_there_is_an_orphan_also_while_the_call_goes_on() -> None:
    order = on.Ordered(at=NOON, order="o", kind="bring-in", body={"party": "tsuyaku", "sealed": "c2VhbGVk"})
    scene = (arrived(outside=("tsuyaku",), outside_announcement="gaibu"), *TO_TALKING[1:], order)
    ringing, _ = play(*scene)
    let_go, _ = play(*scene, on.Ordered(at=NOON, order="p", kind="let-go"))
    leg = outside_leg(CALL, 1)

    assert compared([ringing], seen(CALL, LEGS[0], leg), mine=(CALL, LEGS[0])) == set()
    assert compared([let_go], seen(CALL, LEGS[0], leg), mine=(CALL, LEGS[0])) == {
        (Difference.ORPHAN_LEG, leg)
    }


def test_what_let_a_supervisor_hear_is_an_orphan_once_they_hear_otherwise_or_are_gone() -> None:
    whisper = on.Ordered(at=NOON, order="o", kind="whisper", body={"phone": str(PHONES[1])})
    leave = on.Ordered(at=NOON, order="p", kind="leave", body={"phone": str(PHONES[1])})
    leg = guest_leg(CALL, PHONES[1], 1)
    scene = (arrived(desk_phones=PHONES), *TO_TALKING[1:], whisper, on.OperatorAnswered(at=NOON, leg=leg))
    hearing, _ = play(*scene)
    left, _ = play(*scene, leave)
    snoop = hearing.guests[0].snoop or ""
    has, mine = seen(CALL, LEGS[0], leg, snoop), (CALL, LEGS[0], leg)
    older = snoop.replace("~1~1", "~1~0")

    assert compared([hearing], has, mine=mine) == set()
    assert compared([left], has, mine=mine) == {(Difference.ORPHAN_LEG, one) for one in (leg, snoop)}
    with_older = seen(CALL, LEGS[0], leg, snoop, older)
    assert compared([hearing], with_older, mine=mine) == {(Difference.ORPHAN_LEG, older)}
