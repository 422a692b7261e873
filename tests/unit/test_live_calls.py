"""The sound of watched calls: a channel for each leg while somebody watches, and never a word to the call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from core.ids import CallId, LineId
from core.profile.live_text import LiveText
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from telephony.asterisk.ari_client import AriClient
from telephony.asterisk.ari_errors import AriRefused
from telephony.asterisk_config.live_text import render_live_text
from telephony.call.call import Call
from telephony.call.recording_state import RecordingState
from telephony.leading.differences import Difference, Seen, differences
from telephony.live import live_calls
from telephony.live.live_calls import LiveCalls
from telephony.live.live_legs import is_live_leg, live_leg
from tests.fakes.live_rows import LiveRows
from tests.unit.call_scenes import CALL, LEGS, NOON, TO_TALKING, play

PROFILE = load_profile(Path("profiles/sakura.yaml"))
TALKING, _ = play(*TO_TALKING)
LISTENER = "127.0.0.1:9092"


class Asterisk(AriClient):
    """Remembers what it was asked for; refuses it where told so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.refuses = ""

    async def snoop_in(self, channel: str, snoop: str, *, app_args: str) -> None:
        self._note("snoop", channel, snoop)

    async def set_variable(self, channel: str, name: str, value: str) -> None:
        self._note("set", name, value)

    async def return_to_dialplan(self, channel: str, *, context: str, extension: str) -> None:
        self._note("continue", channel, context)

    async def hang_up(self, channel: str, reason: str = "normal") -> None:
        self._note("hang-up", channel)

    def _note(self, *asked: str) -> None:
        self.asked.append(asked)
        if asked[0] == self.refuses:
            raise AriRefused(404, asked[0])


class Hall:
    """One call that is led here, and somebody who may watch it."""

    def __init__(self, profile: CityProfile = PROFILE) -> None:
        self.rows, self.asterisk = LiveRows(), Asterisk()
        self.call: Call = TALKING
        self.live = LiveCalls(self.rows, profile, self.asterisk, lambda: {self.call.id: self.call}, LISTENER)

    async def until(self, happened: Callable[[], bool]) -> None:
        """Let it look again and again until something has happened, or enough looks have passed."""
        running = asyncio.create_task(self.live.run())
        try:
            async with asyncio.timeout(30):
                while not happened():  # noqa: ASYNC110  the fakes tell nobody
                    await asyncio.sleep(0.01)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    @property
    def snoops(self) -> list[str]:
        """Legs that are heard."""
        return [asked[1] for asked in self.asterisk.asked if asked[0] == "snoop"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_calls, "LOOK_SECONDS", 0.01)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the looks."""
    seen: list[int] = []
    look = LiveRows.look

    def counted(self: LiveRows, *asked: object, **more: object) -> object:
        seen.append(1)
        return look(self, *asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(LiveRows, "look", counted)
    return seen


async def test_while_nobody_watches_no_leg_is_heard(looks: list[int]) -> None:
    hall = Hall()

    await hall.until(lambda: len(looks) > 3)

    assert hall.asterisk.asked == []


async def test_each_leg_of_a_watched_call_is_heard_once_and_brought_to_the_recogniser(
    looks: list[int],
) -> None:
    hall = Hall()
    hall.rows.watched[CALL] = False
    await hall.until(lambda: len(looks) > 3)
    assert hall.snoops == [CALL, LEGS[0]]

    name = hall.asterisk.asked[0][2]
    assert hall.live.hear({"type": "StasisStart", "channel": {"id": name}})
    await hall.until(lambda: ("continue", name, "live-text") in hall.asterisk.asked)

    secret = next(one.secret for one in hall.rows.streams.values() if one.track == "caller")
    assert ("set", "TSUWAROKU_STREAM", str(secret)) in hall.asterisk.asked
    assert ("set", "TSUWAROKU_LISTENER", LISTENER) in hall.asterisk.asked


@pytest.mark.parametrize("change", ["refused", "held", "unwatched"])
async def test_the_permission_ends_at_once_when_nothing_may_be_heard_any_more(change: str) -> None:
    hall = Hall()
    hall.rows.watched[CALL] = False
    await hall.until(lambda: len(hall.snoops) == 2)  # permitted first, heard then

    if change == "unwatched":
        hall.rows.watched.clear()
    elif change == "held":
        hall.call = replace(TALKING, held_at=NOON)
    else:
        hall.call = replace(TALKING, recording=RecordingState(stopped_at=NOON))
    await hall.until(lambda: not hall.rows.streams)

    assert len(hall.snoops) == 2


async def test_a_line_that_is_not_to_be_read_along_is_never_heard(looks: list[int]) -> None:
    lines = tuple(one.model_copy(update={"live_text": one.id != LineId("kokuho")}) for one in PROFILE.lines)
    hall = Hall(PROFILE.model_copy(update={"lines": lines}))
    hall.rows.watched[CALL] = True

    await hall.until(lambda: len(looks) > 3)

    assert (hall.asterisk.asked, hall.rows.streams) == ([], {})


async def test_what_asterisk_refuses_and_a_database_that_is_away_are_left_alone(looks: list[int]) -> None:
    hall = Hall()
    hall.asterisk.refuses = "snoop"
    hall.rows.watched[CALL] = False
    await hall.until(lambda: len(looks) > 3)
    assert len(hall.snoops) == 2  # tried again once the rows were swept, not with every look

    hall.rows.away = True
    since = len(looks)
    await hall.until(lambda: len(looks) > since + 3)


async def test_a_channel_that_cannot_be_brought_on_is_hung_up() -> None:
    hall = Hall()
    hall.asterisk.refuses = "continue"
    hall.rows.watched[CALL] = False
    await hall.until(lambda: len(hall.snoops) == 2)
    name = hall.asterisk.asked[0][2]

    hall.live.hear({"type": "StasisStart", "channel": {"id": name}})
    await hall.until(lambda: ("hang-up", name) in hall.asterisk.asked)


async def test_a_city_that_wants_no_live_text_does_not_even_look(looks: list[int]) -> None:
    nobody = LiveText(supervisors=False, note_takers=False)
    hall = Hall(PROFILE.model_copy(update={"live_text": nobody}))

    await asyncio.wait_for(hall.live.run(), 1)

    assert looks == []


def test_what_asterisk_says_of_other_channels_is_left_to_others() -> None:
    hall = Hall()

    assert not hall.live.hear({"type": "StasisStart", "channel": {"id": str(LEGS[0])}})
    assert not hall.live.hear({"type": "PlaybackFinished"})
    assert hall.live.hear({"type": "ChannelDestroyed", "channel": {"id": live_leg(CALL, "caller", "a")}})


def test_a_channel_that_never_left_our_application_is_hung_up_and_one_that_did_is_let_be() -> None:
    name = live_leg(CallId(CALL), "caller", "abcdef")

    def found(application: set[str], led_elsewhere: set[str] = frozenset()) -> set[object]:  # type: ignore[assignment]
        seen = Seen(
            channels={one: {"id": one, "state": "Up"} for one in (CALL, LEGS[0], name)},
            bridges={},
            applications={"tsuwaroku-city-1": frozenset(application)},
            started_at=NOON,
        )
        mine = seen.applications["tsuwaroku-city-1"]
        return set(differences({CALL: TALKING}, seen, mine=mine, led_elsewhere=led_elsewhere))

    assert is_live_leg(name)
    assert found({CALL, LEGS[0]}) == set()
    assert found({CALL, LEGS[0], name}) == {(Difference.ORPHAN_LEG, name)}
    assert found({CALL, LEGS[0], name}, {name}) == set()


def test_the_dialplan_brings_the_channel_and_nothing_of_a_caller() -> None:
    assert render_live_text().splitlines()[:2] == [
        "[live-text]",
        "exten => s,1,AudioSocket(${TSUWAROKU_STREAM},${TSUWAROKU_LISTENER})",
    ]
