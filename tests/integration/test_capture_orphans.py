"""Recordings that nobody of ours announced come to the vault like all others, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.ids import CallId, LineId
from tests.fakes.whole_sound import both_sides, sha256_of_samples
from tests.fixtures_capture import CALLER, HALL, KOKUHO, NOON, RENSHU, BackRoom, wav

pytestmark = pytest.mark.real

START = int(NOON.timestamp())
CALL = CallId(f"city-{START}.77")
NUMBER = "%2B81312345678"


def facts(**changes: str) -> bytes:
    told = {
        "v": "1", "line": "kokuho", "dialled": "0300000101", "recorded_from": f"{START}.010",
        "answered": f"{START}.100", "notice": "SUCCESS", "notice_from": f"{START}.200",
        "notice_until": f"{START + 4}.400", "dial": "ANSWER", "phone": "hoken1",
        "connected": f"{START + 7}.000", "marks": "", "ended": f"{START + 20}.010", "presentation": "allowed",
        "number": NUMBER, "name": "x",
    } | changes  # fmt: skip
    return "&".join(f"{name}={value}" for name, value in told.items()).encode() + b"\r\n"


def served_alone(back_room: BackRoom, raw: bytes | None, call: CallId = CALL, line: LineId = KOKUHO) -> None:
    name = back_room.place(call, line)
    if raw is not None:
        back_room.folder.files[f"{name}_facts"] = raw


def test_a_call_the_dialplan_served_alone_becomes_a_call_and_a_sealed_recording(back_room: BackRoom) -> None:
    served_alone(back_room, facts())

    assert back_room.orphans().run_once() == 1
    assert back_room.jobs("capture_recording") == [CALL]
    back_room.capture()(CALL)

    row, recording = back_room.row(CALL), back_room.recording(CALL)
    assert (row.served_by, row.line, row.department, row.agency) == ("dialplan", "kokuho", "hoken", "shicho")
    assert (row.caller_class, row.caller_sealed) == ("number", b"sealed 12")
    assert (row.outcome, row.operator_phone, row.interrupted) == ("talked", "hoken1", False)
    assert row.arrived_at == NOON + timedelta(milliseconds=10)
    assert row.ended_at == NOON + timedelta(seconds=20, milliseconds=10)
    assert (row.notice, recording.usable, recording.findings) == ("proven", True, [])
    assert recording.samples_sha256 == sha256_of_samples(both_sides(CALLER, HALL))
    assert back_room.folder.files == {}
    assert back_room.alarms(CALL) == set()


def test_help_asked_for_while_the_dialplan_served_alone_stands_closed_beside_the_call(
    back_room: BackRoom,
) -> None:
    served_alone(back_room, facts(help=f"{START + 9}.000 "))
    back_room.orphans().run_once()
    back_room.capture()(CALL)

    with back_room.database.begin() as connection:
        asked = connection.execute(text("SELECT source, phone, closed_at = asked_at FROM help_requests"))
        assert [tuple(one) for one in asked] == [("dialplan", "hoken1", True)]


def test_it_is_announced_once_however_often_it_is_found(back_room: BackRoom) -> None:
    served_alone(back_room, facts())

    announced = [back_room.orphans().run_once() for _ in range(3)]

    assert announced == [1, 0, 0]
    assert back_room.jobs("capture_recording") == [CALL]


def test_an_announcement_the_dialplan_could_not_play_leaves_the_call_closed_for_use(
    back_room: BackRoom,
) -> None:
    served_alone(back_room, facts(notice="FAILED"))
    back_room.orphans().run_once()

    back_room.capture()(CALL)

    assert back_room.row(CALL).notice == "missing"
    assert not back_room.recording(CALL).usable
    assert back_room.alarms(CALL) == {"notice-missing"}


def test_a_call_given_back_to_the_dialplan_whose_process_died_is_over_and_sealed(back_room: BackRoom) -> None:
    back_room.place_row(CALL)
    served_alone(back_room, facts())
    orphans = back_room.orphans()

    assert orphans.run_once() == 0  # its process may just be copying its journal
    back_room.clock.go_on(timedelta(minutes=3))
    assert [orphans.run_once() for _ in range(2)] == [1, 0]
    back_room.capture()(CALL)

    row = back_room.row(CALL)
    assert (row.phase, row.outcome, row.operator_phone) == ("ended", "talked", "hoken1")
    assert row.ended_at == NOON + timedelta(seconds=20, milliseconds=10)
    assert back_room.recording(CALL) is not None


def test_a_call_that_is_led_and_of_which_no_end_is_known_stays_as_it_is(back_room: BackRoom) -> None:
    back_room.place_row(CALL)
    served_alone(back_room, None)
    orphans = back_room.orphans()
    orphans.run_once()
    back_room.clock.go_on(timedelta(minutes=3))

    assert orphans.run_once() == 0
    assert back_room.row(CALL).ended_at is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"presentation": "prohib_passed_screen", "number": ""}, "withheld"),
        ({"number": "", "name": "%E5%85%AC%E8%A1%86%E9%9B%BB%E8%A9%B1"}, "payphone"),
        ({"number": "%27%3B+DROP+TABLE", "name": ""}, "unreadable"),
    ],
)
def test_a_caller_without_a_number_is_nobodys_number(
    back_room: BackRoom, changes: dict[str, str], expected: str
) -> None:
    served_alone(back_room, facts(**changes))

    back_room.orphans().run_once()

    row = back_room.row(CALL)
    assert (row.caller_class, row.caller_sealed, row.caller_hash) == (expected, None, None)


def test_after_a_crash_without_facts_it_waits_and_then_counts_the_bytes(back_room: BackRoom) -> None:
    name = back_room.place(
        CALL, KOKUHO, wav(CALLER[:120_000], finished=False), wav(HALL[:120_000], finished=False)
    )
    orphans = back_room.orphans()

    assert orphans.run_once() == 0
    back_room.clock.go_on(timedelta(minutes=3))
    assert orphans.run_once() == 1
    back_room.capture()(CALL)

    row, recording = back_room.row(CALL), back_room.recording(CALL)
    assert (row.caller_class, row.interrupted, row.outcome) == ("unreadable", True, "unknown")
    assert (row.arrived_at, row.ended_at) == (NOON, NOON + timedelta(seconds=15))
    assert (recording.findings, recording.samples) == (["salvaged"], 120_000)
    assert not recording.usable
    assert name


def test_facts_torn_by_a_crash_still_name_the_caller(back_room: BackRoom) -> None:
    served_alone(back_room, facts(ended="", dial="", notice=""))
    orphans = back_room.orphans()

    orphans.run_once()
    back_room.clock.go_on(timedelta(minutes=3))
    orphans.run_once()

    assert (back_room.row(CALL).caller_class, back_room.row(CALL).interrupted) == ("number", True)


def test_a_call_that_is_up_is_left_alone(back_room: BackRoom) -> None:
    served_alone(back_room, facts())
    back_room.folder.channels.add(CALL)

    assert back_room.orphans().run_once() == 0
    assert back_room.row(CALL) is None


def test_a_call_of_ours_that_waits_for_its_capture_is_left_alone(back_room: BackRoom) -> None:
    call = back_room.call()

    assert back_room.orphans().run_once() == 0
    assert back_room.jobs("capture_recording") == [call]


def test_a_call_whose_capture_was_given_up_is_announced_again_every_hour(back_room: BackRoom) -> None:
    call = back_room.call()
    with back_room.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    orphans = back_room.orphans()

    back_room.clock.go_on(timedelta(minutes=61))
    announced = [orphans.run_once(), orphans.run_once()]
    back_room.clock.go_on(timedelta(minutes=61))
    announced.append(orphans.run_once())

    assert announced == [1, 0, 1]
    assert back_room.jobs("capture_recording") == [call]


def test_a_line_nobody_knows_raises_an_alarm_and_its_file_stays(back_room: BackRoom) -> None:
    served_alone(back_room, facts(), line=LineId("somewhere-else"))

    announced = [back_room.orphans().run_once() for _ in range(2)]

    assert announced == [0, 0]
    assert back_room.alarms(CALL) == {"recording-of-unknown-line"}
    assert len(back_room.folder.files) == 3


@pytest.mark.parametrize(
    "name", ["holiday-greeting", "kokuho_city-1795290506.1_x", "../etc/passwd", "KOKUHO_1.2_r"]
)
def test_a_name_that_is_not_ours_is_left_alone_with_an_alarm(back_room: BackRoom, name: str) -> None:
    back_room.folder.files[name] = b"whatever"

    announced = [back_room.orphans().run_once() for _ in range(2)]

    assert announced == [0, 0]
    assert back_room.alarms() == {"recording-name-unknown"}
    assert back_room.folder.files == {name: b"whatever"}


def test_what_somebody_acknowledged_is_not_cried_out_again(back_room: BackRoom) -> None:
    back_room.folder.files["holiday-greeting"] = b"whatever"
    back_room.orphans().run_once()
    with back_room.database.begin() as connection:
        connection.exec_driver_sql("UPDATE alarms SET acknowledged_at = now()")

    back_room.orphans().run_once()
    with back_room.database.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alarms").scalar_one() == 1


def test_an_unreadable_file_that_was_reported_is_not_tried_for_ever(back_room: BackRoom) -> None:
    call = back_room.call(b"garbage" * 20, b"garbage" * 20)
    back_room.capture()(call)
    with back_room.database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")
    back_room.clock.go_on(timedelta(hours=5))

    assert back_room.orphans().run_once() == 0


def test_a_practice_call_served_alone_stays_a_practice_call(back_room: BackRoom) -> None:
    served_alone(back_room, facts(line="renshu"), line=RENSHU)

    back_room.orphans().run_once()
    back_room.capture()(CALL)

    assert back_room.row(CALL).practice
    assert getattr(back_room.recording(CALL), "class") == "practice"
