"""The whole service, started by its one command in a folder of its own; tests judge it from outside."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
import soundfile
from psycopg.rows import dict_row

from core.ids import RecordingId
from runtime.practice.order import PracticeOrder
from runtime.practice.running import RunningPractice
from runtime.practice.scenario import Samples
from runtime.wiring import Parts, worker_parts
from storage.recordings import ObjectKind
from telephony.asterisk.stored_recordings import StoredRecordings
from tests.city_service import CityService, Row
from tests.spoken_dialogue import DIALOGUE, SECONDS
from tests.waiting import wait_until


class City(CityService):
    """A city that uses the service. ``folder`` holds its home and what its practice phones heard."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        super().__init__(folder, environment)
        self._known: set[str] = set()
        self._practices = count(1)

    def practice(self, **changes: Any) -> RunningPractice:  # noqa: ANN401  fields of an order
        """Begin a practice call of some seconds; both phones keep what they hear."""
        installation = self.installation
        order = PracticeOrder.of_city(
            installation.profile, installation.secrets, "127.0.0.1", self._ports["SIP_PORT"]
        )
        heard = self.folder / "heard" / str(next(self._practices))
        heard.mkdir(parents=True)
        self._known = {row["id"] for row in self.rows("SELECT id FROM calls")}
        wanted = {"scenario": DIALOGUE, "seconds": SECONDS, "heard": str(heard), **changes}
        return RunningPractice(replace(order, **wanted))

    def ended_call(self, seconds: float = 60.0) -> Row:
        """Return the row of the last practice call once it has ended."""

        def ended() -> Row | None:
            with suppress(psycopg.OperationalError):
                for row in self.rows("SELECT * FROM calls WHERE ended_at IS NOT NULL AND practice"):
                    if row["id"] not in self._known:
                        return row
            return None

        return wait_until(ended, seconds, "a call that ended")

    def sealed_recording(self, call: Row, seconds: float = 60.0) -> Row:
        """Return the row of a call's recording once it lies in the vault."""

        def sealed() -> Row | None:
            with suppress(psycopg.OperationalError):
                return next(iter(self.rows("SELECT * FROM recordings WHERE subject = %s", call["id"])), None)

        return wait_until(sealed, seconds, "a sealed recording")

    def utterances(self, recording: Row, seconds: float = 90.0) -> list[Row]:
        """Return what was written down of a recording, once there is a transcript."""
        wait_until(
            lambda: self.rows("SELECT 1 FROM transcript_revisions WHERE recording_id = %s", recording["id"]),
            seconds,
            "a transcript",
        )
        return self.rows(
            "SELECT * FROM utterances WHERE recording_id = %s ORDER BY start_seconds", recording["id"]
        )

    def unsealed(self, recording: Row, kind: ObjectKind = "master") -> bytes:
        """Return an object of the vault, opened by the door that processes use."""
        with self.parts() as parts:
            opened = parts.vault.open_for_process("verification", RecordingId(recording["id"]), kind)
            return opened.read(0, opened.size)

    def sound_of(self, recording: Row) -> Samples:
        """Return a recording's samples: left the caller, right the hall."""
        samples, _ = soundfile.read(BytesIO(self.unsealed(recording)), dtype="int16", always_2d=True)
        return np.asarray(samples, dtype=np.int16)

    def in_spool(self, call: Row) -> Sequence[str]:
        """Name the sound files of a call that still lie at Asterisk."""
        recordings = StoredRecordings(
            self.installation.ari_url(),
            self.installation.settings.asterisk.ari_user,
            self.installation.ari_password(),
        )
        return [name for name in recordings.list() if call["id"] in name and name.endswith(("_r", "_t"))]

    @contextmanager
    def parts(self) -> Generator[Parts]:
        """The service's own parts, for a moment."""
        parts = worker_parts(self.installation)
        try:
            yield parts
        finally:
            parts.database.close()

    def rows(self, statement: str, *values: object) -> list[Row]:
        """Ask the database."""
        with psycopg.connect(self.installation.dsn("worker"), connect_timeout=10) as connection:
            answered = connection.cursor(row_factory=dict_row).execute(statement.encode(), values)
            return answered.fetchall() if answered.description else []


@contextmanager
def city_folder() -> Generator[Path]:
    """A folder that the service's own users can walk to."""
    folder = Path(tempfile.mkdtemp(prefix="city-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def running_city(folder: Path, **environment: str) -> Generator[City]:
    """Run a city in a folder; when a test fails, what the service said is shown with it."""
    city = City(folder, environment)
    try:
        city.start()
        yield city
    finally:
        city.stop()
        for log in (city.output, *sorted((city.home / "log").glob("*.log"))):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")  # noqa: T201


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    """A running city of this test file's own, so that a file may do to it what it likes."""
    with city_folder() as folder, running_city(folder) as running:
        yield running
