"""What people hear and see of a recording is made once, sealed like it, and gone with it."""

from __future__ import annotations

import io

import av
import psycopg
import pytest

from core.ids import RecordingId, recording_id_of
from storage.vault import Vault
from tests.fakes.whole_sound import peaks_of
from tests.fixtures_capture import HALL, BackRoom, wav
from tests.fixtures_postgres import DatabaseDsns

pytestmark = pytest.mark.real


def sealed(back_room: BackRoom, hall: bytes = b"default") -> RecordingId:
    call = back_room.call(hall=hall)
    back_room.capture()(call)
    return recording_id_of(call)


def test_the_copies_say_what_the_recording_says(back_room: BackRoom) -> None:
    recording = sealed(back_room)

    back_room.copies()(str(recording))

    with av.open(io.BytesIO(back_room.copy(recording, "listening"))) as heard:
        assert heard.duration is not None
        assert heard.duration / 1_000_000 == pytest.approx(20.0, abs=0.05)
        assert heard.streams.audio[0].layout.nb_channels == 2
    call = back_room.call_of(recording)
    assert back_room.copy(recording, "peaks") == peaks_of(back_room.sealed_sound(call))


def test_running_again_makes_nothing_new_and_opens_nothing(back_room: BackRoom) -> None:
    recording = sealed(back_room)
    back_room.copies()(str(recording))
    before = sorted(back_room.objects.rglob("*"))
    with back_room.database.begin() as connection:
        knocks = connection.exec_driver_sql("SELECT count(*) FROM access_knocks").scalar_one()

    back_room.copies()(str(recording))

    assert sorted(back_room.objects.rglob("*")) == before
    with back_room.database.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM access_knocks").scalar_one() == knocks


class DiesAfterPeaks:
    """A vault under which the process dies once it holds the outline."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.open_for_process = vault.open_for_process

    def add_derived(self, *args: object) -> None:
        if args[2] == "listening":
            raise SystemExit("killed")
        self._vault.add_derived(*args)  # type: ignore[arg-type]


def test_dying_between_the_copies_costs_only_another_run(back_room: BackRoom) -> None:
    recording = sealed(back_room)

    with pytest.raises(SystemExit):
        back_room.copies(DiesAfterPeaks(back_room.vault()))(str(recording))  # type: ignore[arg-type]
    back_room.copies()(str(recording))

    assert back_room.copy(recording, "listening")
    assert back_room.copy(recording, "peaks")


def test_a_recording_closed_for_use_has_its_copies_ready_and_sealed(back_room: BackRoom) -> None:
    recording = sealed(back_room, wav(HALL[60_000:]))

    back_room.copies()(str(recording))

    assert back_room.copy(recording, "listening")


def test_a_destroyed_recording_gets_no_copies(back_room: BackRoom) -> None:
    recording = sealed(back_room)
    back_room.vault().destroy(recording, "test", None)

    back_room.copies()(str(recording))

    assert not [file for file in back_room.objects.rglob("*") if file.is_file()]


def test_every_copy_tells_the_pages_that_show_the_call(
    back_room: BackRoom, database_dsns: DatabaseDsns
) -> None:
    recording = sealed(back_room)
    with psycopg.connect(database_dsns.worker, autocommit=True) as page:
        page.execute("LISTEN tsuwaroku_calls")
        back_room.copies()(str(recording))
        heard = [told.payload for told in page.notifies(timeout=5, stop_after=2)]

    assert heard == [back_room.call_of(recording)] * 2
