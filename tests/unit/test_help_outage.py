"""A database that is away keeps no operator from help: telephones ring by what the process itself knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from core.ids import CallId, DepartmentId, PhoneId
from storage.database import DatabaseAway
from storage.help_ringing import WaitingHelp
from telephony.call.call import Call
from telephony.help.help_outage import HelpOutage
from telephony.journal.projection import help_of
from tests.fakes.clock import FakeClock
from tests.unit.call_scenes import CALL, CALLER_GONE, FIRST, NOON, TO_TALKING, key, play

HELPER, NEXT = PhoneId("kacho-1"), PhoneId("kacho-2")
PRESSED = NOON + timedelta(seconds=61)
REQUEST = help_of(CALL, FIRST, PRESSED).id
ASKED = (*TO_TALKING, key("*", seconds=60), key("2", seconds=61))


class _Rows:
    """The rows of help, there or away."""

    def __init__(self) -> None:
        self.away = False
        self.open: dict[UUID, WaitingHelp] = {}
        self.accepted: list[tuple[UUID, PhoneId, datetime]] = []

    def _reach(self) -> None:
        if self.away:
            raise DatabaseAway

    def waiting(self) -> Sequence[WaitingHelp]:
        self._reach()
        return list(self.open.values())

    def claim(self, waiting: WaitingHelp, phone: PhoneId, at: datetime) -> bool:
        self._reach()
        return bool(waiting and phone and at)

    def silent(self, request: UUID, tried: int) -> None:
        self._reach()

    def picked_up(self, request: UUID, tried: int, at: datetime) -> None:
        self._reach()

    def accept(self, request: UUID, phone: PhoneId, at: datetime) -> bool:
        self._reach()
        if self.open.pop(request, None) is None:
            return False
        self.accepted.append((request, phone, at))
        return True


class Scene:
    """One process, the calls it leads, the rows it mostly has."""

    def __init__(self) -> None:
        self.rows = _Rows()
        self.clock = FakeClock(NOON)
        self.calls: dict[CallId, Call] = {}
        self.help = HelpOutage(self.rows, self.led, self.clock)
        self.help.waiting()

    def led(self) -> Mapping[CallId, Call]:
        return self.calls

    def press(self) -> None:
        self.clock.go_on(PRESSED - self.clock.now())
        self.calls[CALL] = play(*ASKED)[0]

    def row(self) -> WaitingHelp:
        return WaitingHelp(
            id=REQUEST,
            call=CALL,
            department=DepartmentId("kokuho-nenkin"),
            asker=FIRST,
            asked_at=PRESSED,
            rung=(),
            ringing_since=None,
        )


def test_a_press_while_the_database_is_away_rings_telephones_one_after_another() -> None:
    scene = Scene()
    scene.rows.away = True
    assert scene.help.waiting() == []
    scene.press()

    (one,) = scene.help.waiting()
    assert one == scene.row()
    assert scene.help.claim(one, HELPER, PRESSED)
    (rings,) = scene.help.waiting()
    assert (rings.rung, rings.ringing_since) == ((HELPER,), PRESSED)
    scene.help.silent(REQUEST, 1)
    (silent,) = scene.help.waiting()
    assert (silent.rung, silent.ringing_since) == ((HELPER,), None)


def test_who_accepted_is_written_when_the_database_is_back_and_nobody_rings_meanwhile() -> None:
    scene = Scene()
    scene.rows.away = True
    scene.press()
    (one,) = scene.help.waiting()
    scene.help.claim(one, HELPER, PRESSED)
    assert scene.help.accept(REQUEST, HELPER, PRESSED + timedelta(seconds=9))
    assert scene.help.waiting() == []

    scene.rows.away = False
    assert scene.help.waiting() == []  # the journal is still being copied
    scene.rows.open[REQUEST] = scene.row()
    assert scene.help.waiting() == []
    assert scene.rows.accepted == [(REQUEST, HELPER, PRESSED + timedelta(seconds=9))]


def test_what_a_screen_accepted_before_the_database_went_away_rings_nobody() -> None:
    scene = Scene()
    scene.press()
    scene.clock.go_on(timedelta(minutes=1))
    scene.help.waiting()  # the rows know of it, and it waits no longer
    scene.rows.away = True

    assert scene.help.waiting() == []


def test_what_waited_when_the_database_went_away_goes_on_where_it_stood() -> None:
    scene = Scene()
    scene.press()
    scene.rows.open[REQUEST] = scene.row()
    (one,) = scene.help.waiting()
    scene.clock.go_on(timedelta(minutes=1))
    scene.help.waiting()
    scene.rows.away = True

    assert scene.help.waiting() == [one]


def test_a_call_that_is_over_or_led_elsewhere_rings_nobody() -> None:
    scene = Scene()
    scene.rows.away = True
    scene.press()
    scene.calls.clear()

    assert scene.help.waiting() == []
    assert play(*ASKED, CALLER_GONE)[0].help_asked == (FIRST, PRESSED)
