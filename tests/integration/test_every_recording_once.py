"""Whatever dies, in whatever order: each recording that began comes to the vault, complete and once."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.errors import DomainError
from core.ids import CallId
from telephony.capture.finished import RecordingNotFinished
from telephony.sound.audio_files import Samples
from tests.fakes.whole_sound import both_sides, sha256_of_samples
from tests.fixtures_capture import CALLER, HALL, KOKUHO, NOON, BackRoom, wav
from tests.integration.test_capture_orphans import facts
from tests.mortal_capture import mortal_run

pytestmark = pytest.mark.real

FIRST, LENGTH, APART = 56_000, 24_000, 1_600
"""Three seconds in which both speak, quickly sealed. Each call's begin elsewhere: none is another's."""
LAST_STEP = 60
"""A capture takes fewer steps than that; who is to die later does not die."""

_numbers = count(1)


def voices(call: CallId) -> tuple[Samples, Samples]:
    """Return what caller and hall say in a call."""
    begin = FIRST + int(call[-4:]) % 10 * APART
    return CALLER[begin : begin + LENGTH], HALL[begin : begin + LENGTH]


stories = st.lists(
    st.tuples(
        st.sampled_from(("capture", "capture", "orphans", "restart", "journal", "time")),
        st.integers(0, 2),
        st.integers(1, LAST_STEP),
    ),
    max_size=8,
)
servers = st.lists(
    st.sampled_from(("led", "led, journal late", "alone", "given back")), min_size=1, max_size=3
)


class Morning:
    """A few calls whose recordings lie finished in Asterisk's folder."""

    def __init__(self, room: BackRoom, served: list[str]) -> None:
        self.room = room
        self.late = set[CallId]()
        self.deaths = 0
        self.duty = room.orphans()
        self.calls = [self._record(one) for one in served]

    def _record(self, served: str) -> CallId:
        call = CallId(f"city-{int(NOON.timestamp())}.9{next(_numbers):04}")
        name = self.room.place(call, KOKUHO, *map(wav, voices(call)))
        if served in ("alone", "given back"):
            self.room.folder.files[f"{name}_facts"] = facts()
        if served == "given back":
            self.room.place_row(call)
        if served.startswith("led"):
            self.late.add(call)
        if served == "led":
            self.journal(call)
        return call

    def journal(self, call: CallId) -> None:
        """Bring what our process wrote of the call into the database; once, as it does."""
        if call in self.late:
            self.late.remove(call)
            self.room.write_journal(
                call, KOKUHO, answered=True, told=True, talked=True, marks=(), seconds=20.0, lost=False
            )

    def happens(self, what: str, call: CallId, dies_at: int) -> None:
        match what:
            case "capture":
                # Not yet known, or not yet over: the job is given back.
                with suppress(DomainError, RecordingNotFinished):
                    self.deaths += mortal_run(self.room, call, dies_at) >= dies_at
            case "orphans":
                self.duty.run_once()
            case "restart":
                self.duty = self.room.orphans()
            case "journal":
                self.journal(call)
            case _:
                self.room.clock.go_on(timedelta(minutes=2))

    def comes_to_rest(self) -> None:
        """Everybody lives again: what is due is done, and what was announced."""
        for call in list(self.late):
            self.journal(call)
        for _ in range(3):
            self.duty.run_once()
            self.room.clock.go_on(timedelta(minutes=3))
        for call in self.room.jobs("capture_recording"):
            if call in self.calls:
                self.room.capture()(CallId(call))

    def complete_somewhere(self, call: CallId) -> bool:
        lies = [name for name in self.room.folder.files if f"_{call}_" in name and name[-2:] in ("_r", "_t")]
        return len(lies) == 2 or self.room.recording(call) is not None


def in_the_vault(room: BackRoom) -> list[str]:
    return sorted(str(one.relative_to(room.objects)) for one in room.objects.rglob("*") if one.is_file())


def named_by_rows(room: BackRoom) -> list[str]:
    with room.database.begin() as connection:
        return sorted(connection.execute(text("SELECT object_key FROM sealed_objects")).scalars())


def test_every_recording_that_began_reaches_the_vault_exactly_once(back_room: BackRoom) -> None:
    deaths = 0

    @settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.generate], database=None)
    @given(served=servers, story=stories)
    def whatever_happens(served: list[str], story: list[tuple[str, int, int]]) -> None:
        nonlocal deaths
        morning = Morning(back_room, served)
        for what, which, dies_at in story:
            morning.happens(what, morning.calls[which % len(morning.calls)], dies_at)
            assert all(morning.complete_somewhere(call) for call in morning.calls)

        morning.comes_to_rest()

        # One row each, or `recording` fails; what it names opens, and is what Asterisk had recorded.
        assert all(back_room.recording(call) is not None for call in morning.calls)
        for call in morning.calls:
            sound = both_sides(*voices(call))
            assert sha256_of_samples(back_room.sealed_sound(call)) == sha256_of_samples(sound)
        assert list(back_room.folder.files) == []
        # Nothing is named twice. What no row names was being written when somebody died: no key opens it, and
        # `vault verify` tells of it.
        named, lies = named_by_rows(back_room), in_the_vault(back_room)
        deaths += morning.deaths
        assert len(named) == len(set(named))
        assert set(named) <= set(lies)
        assert len(lies) - len(named) <= deaths

    whatever_happens()
