"""What a day of calls in every mode leaves in the vault and the database, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.clock import Clock, SystemClock
from core.ids import CallId
from runtime.asterisk_rootfs import AsteriskProgram
from storage.database import Database
from telephony.asterisk.ami_client import AmiAddress, AmiClient
from telephony.asterisk.unrecorded_lines import UnrecordedLines
from telephony.asterisk_config.plan import AMI_PORT, AMI_USER
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_capture import BackRoom
from tests.fixtures_telephony import FIRST, OPERATOR_TONE, Phones
from tests.hall_of_modes import CONSULTED, OUTSIDE, HallOfModes, running_hall_of_modes

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

NUMBER = "0399887766"


class Tomorrow(SystemClock):
    """The day after."""

    def now(self) -> datetime:
        """A day from now."""
        return super().now() + timedelta(days=1)


@pytest.fixture(scope="module")
def hall(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[HallOfModes]:
    with running_hall_of_modes(open_folder / "modes-kept", asterisk_program) as hall:
        yield hall


@pytest.fixture
def office(hall: HallOfModes, worker_database: Database, tmp_path: Path) -> BackRoom:
    return BackRoom.at(hall.server, worker_database, tmp_path, hall.folder / "pbx" / "announcements")


def counts(hall: HallOfModes, database: Database, clock: Clock) -> UnrecordedLines:
    plan = hall.server.plan
    address = AmiAddress(host=plan.ami_host, port=AMI_PORT, user=AMI_USER, password=plan.ami_password)
    return UnrecordedLines(asterisk=AmiClient(address), database=database, clock=clock)


def every_table(database: Database) -> dict[str, list[str]]:
    """Every row of every table, as text; tables without rows are left out."""
    named = text(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    found: dict[str, list[str]] = {}
    with database.begin() as connection:
        for table in connection.execute(named).scalars().all():
            rows = connection.execute(text(f'SELECT t::text FROM "{table}" t')).scalars().all()  # noqa: S608  a name of ours
            if rows:
                found[table] = [str(one) for one in rows]
    return found


def test_a_consultation_is_on_no_disk_and_in_no_table_with_everything_of_ours_running(
    hall: HallOfModes, office: BackRoom, owner_database: Database
) -> None:
    process, phones = hall.telephony(), hall.phones(FIRST)
    before, said = every_table(owner_database), len(process.lines)
    with TrunkCaller(hall.server.plan.sip_port) as caller:
        caller.invite(CONSULTED, caller=f'"Sakura" <sip:{NUMBER}@127.0.0.3>'.encode())
        phones.hear(f"{FIRST} ringing")
        phones.order(FIRST, "answer")
        caller.wait_for(200)
        channels = hall.asterisk_has("channels")
        phones.order(FIRST, "say", str(OPERATOR_TONE))
        caller.talk(2.0)
        caller.hang_up()
    hall.wait_until_quiet()
    office.orphans().run_once()
    counts(hall, office.database, SystemClock()).run_once()
    today = every_table(owner_database)
    counts(hall, office.database, Tomorrow()).run_once()
    tomorrow = every_table(owner_database)
    phones.stop()

    assert caller.heard_packets > 20
    assert today == before
    (row,) = tomorrow.pop("unrecorded_calls")
    assert row.startswith("(sodan2,")
    assert row.endswith(",1)")
    assert tomorrow == before
    assert process.lines[said:] == []
    assert hall.calls() == {}
    files = [file for file in (*hall.folder.rglob("*"), *office.objects.rglob("*")) if file.is_file()]
    for sought in (NUMBER, *channels):
        assert [str(file) for file in files if sought.encode() in file.read_bytes()] == [], sought
    assert [file for file in files if file.parent == hall.server.plan.recordings] == []


def test_a_call_going_out_becomes_a_call_with_its_notice_and_a_sealed_recording(
    hall: HallOfModes, office: BackRoom
) -> None:
    phones: Phones = hall.phones(FIRST)
    hall.dial_out(phones, FIRST, OUTSIDE)
    phones.hear(f"{FIRST} up")
    phones.order(FIRST, "say", str(OPERATOR_TONE))
    phones.hears(FIRST, 620)
    phones.order(FIRST, "hang-up")
    hall.wait_until_quiet()
    hall.wait_until(lambda: office.orphans().run_once() == 1, "adopted", 15)
    with office.database.begin() as connection:
        call = CallId(connection.execute(text("SELECT id FROM calls")).scalar_one())
    office.capture()(call)
    phones.stop()

    row, recording = office.row(call), office.recording(call)
    assert row is not None
    assert recording is not None
    assert (row.direction, row.line, row.department) == ("out", "out-hoken", "hoken")
    assert (row.caller_class, row.outcome, row.operator_phone) == ("number", "talked", FIRST)
    assert row.notice == "proven"
    assert (recording.usable, getattr(recording, "class")) == (True, "unflagged")
