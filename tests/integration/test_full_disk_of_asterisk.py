"""Asterisk's disk is full in the middle of a call: nobody in it hears of that, and the city is told."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.clock import SystemClock
from storage.database import Database
from telephony.call.call import Outcome, ServedBy
from telephony.journal.journal_copy import JournalCopy
from telephony.unrecorded.unrecorded_findings import UnrecordedCalls
from telephony.unrecorded.unrecorded_reason import Reason
from tests.fixtures_capture import BackRoom
from tests.fixtures_telephony import CALLER, FIRST, Hall, ended, talk, up_to_talking
from tests.recorded_files import closed_calls

pytestmark = [pytest.mark.real, pytest.mark.asterisk, pytest.mark.root]

ROOM = "size=96k"
"""Three seconds of both tracks, and the little that Asterisk notes beside them."""
LOST_SECONDS = 4.0


class InAnHour(SystemClock):
    """Late enough that nothing is still on its way."""

    def now(self) -> datetime:
        """An hour from now."""
        return super().now() + timedelta(hours=1)


@pytest.fixture
def narrow(hall: Hall) -> Iterator[Hall]:
    """A hall whose recordings lie on a disk of a few blocks."""
    if os.geteuid() != 0:
        pytest.skip("a disk of a few blocks is mounted by root only")
    folder = hall.server.plan.recordings
    told = folder.stat()
    options = f"{ROOM},uid={told.st_uid},gid={told.st_gid},mode={stat.S_IMODE(told.st_mode):o}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "recordings-of-a-test", folder], check=True)
    try:
        yield hall
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_the_talk_goes_on_and_what_is_missing_is_found_and_told(
    narrow: Hall, worker_database: Database, tmp_path: Path
) -> None:
    recordings = narrow.server.plan.recordings
    narrow.telephony()
    phones = up_to_talking(narrow)
    narrow.wait_until(lambda: os.statvfs(recordings).f_bavail == 0, "a full disk", 20)
    full_at = time.monotonic()
    talk(phones)
    phones.order(FIRST, "press", "*1")
    narrow.wait_until(lambda: [one.marks for one in narrow.calls().values()] == [1], "a mark")
    narrow.wait_until(lambda: time.monotonic() - full_at > LOST_SECONDS, "some seconds without room")
    talk(phones)
    phones.order(CALLER, "hang-up")
    call = ended(narrow)
    narrow.wait_until(lambda: any(closed_calls(recordings)), "the end of the files")

    room = BackRoom.at(narrow.server, worker_database, tmp_path, narrow.folder / "pbx" / "announcements")
    JournalCopy(worker_database, room.announcer, narrow.journals, SystemClock()).run_once()
    room.capture()(call.id)
    comparison = UnrecordedCalls(
        asterisk=room.asterisk, database=room.database, profile=room.profile, clock=InAnHour()
    )
    doubts = {one.reason for one in comparison.run() if one.subject == call.id}

    assert (call.outcome, call.served_by, call.interrupted) == (Outcome.TALKED, ServedBy.APPLICATION, False)
    recording = room.recording(call.id)
    assert recording is not None
    assert recording.samples / recording.sample_rate > 1.0, "what there was room for is kept"
    assert "length-differs" in recording.findings
    assert Reason.TOO_SHORT in doubts
