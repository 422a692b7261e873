"""What is written into a log: chosen facts, and of a library no word of its own."""

from __future__ import annotations

import json
import subprocess
import sys

SPEAK = """
import logging
from core.logs import get_log, start_logging

start_logging("worker")
try:
    raise ValueError("山田花子 090-0000-0000")
except ValueError:
    logging.getLogger("some.library").exception("could not store %s", "山田花子")
    get_log().exception("job.failed", task="capture_recording", name="山田花子")
"""


def test_neither_a_librarys_words_nor_an_exceptions_reach_the_log() -> None:
    said = subprocess.run([sys.executable, "-c", SPEAK], capture_output=True, text=True, check=True).stderr
    library, ours = (json.loads(line) for line in said.splitlines())

    assert library == {
        "event": "library",
        "code": "some.library",
        "level": "error",
        "process": "worker",
        "error": "ValueError",
    }
    assert (ours["event"], ours["error"], ours["task"]) == ("job.failed", "ValueError", "capture_recording")
    assert "name" not in ours


FAIL = """
import threading
from core.logs import start_logging, tell_faults_of_threads

start_logging("telephony")
tell_faults_of_threads()
def fail():
    raise ValueError("山田花子 090-0000-0000")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
"""


def test_a_thread_that_fails_tells_the_kind_and_the_place_of_its_fault_alone() -> None:
    said = subprocess.run([sys.executable, "-c", FAIL], capture_output=True, text=True, check=True).stderr

    [line] = [json.loads(one) for one in said.splitlines()]
    assert (line["event"], line["error"], line["code"]) == ("thread.failed", "ValueError", "<string>:8")
    assert "山田" not in said


def test_a_line_that_finds_no_room_on_a_full_disk_stops_nobody_who_wanted_to_write_it() -> None:
    speak = """
from core.logs import get_log, start_logging

start_logging("telephony", open("/dev/full", "ab", buffering=0))
get_log().warning("call.late", seconds=1)
print("the call goes on")
"""

    ended = subprocess.run([sys.executable, "-c", speak], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (0, "the call goes on\n")
