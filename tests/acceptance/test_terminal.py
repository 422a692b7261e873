"""What a person sees who types ``make run``: short Japanese lines, and where all else is written down."""

from __future__ import annotations

import os
import signal
import stat
import subprocess

import pytest

from tests.city_service import PROGRAM
from tests.fixtures_city import City, city_folder
from tests.waiting import wait_until

pytestmark = pytest.mark.real


def test_the_terminal_holds_words_for_people_and_the_log_lies_in_a_folder() -> None:
    with city_folder() as folder:
        city = City(folder, {"TSUWAROKU_CONSOLE__PROT": "1"})
        with city.output.open("wb") as output:
            city.supervisor = subprocess.Popen(
                [PROGRAM / "tsuwaroku", "up", "--no-practice"],
                env=city.environment, cwd=PROGRAM, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            city.wait_until_serving()
            started = city.told("child.started", part="supervisor", kind="api")
            os.kill(int(started[-1]["pid"]), signal.SIGKILL)
            wait_until(lambda: "api が止まったので" in city.output.read_text(), 10, "words about the console")
        finally:
            city.tell_supervisor(signal.SIGINT)
            city.stop()
        said = city.output.read_text(encoding="utf-8")
        log = city.home / "log/supervisor.log"

        assert "{" not in said
        assert "Traceback" not in said
        assert "TSUWAROKU_CONSOLE__PROT は使われません" in said
        assert str(log.parent) in said
        assert '"event": "child.started"' in log.read_text(encoding="utf-8")
        assert stat.S_IMODE(log.stat().st_mode) == 0o640
