"""People who listen to single words of a call, at a console whose clock they let go on themselves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from api.app import create_app
from api.sessions import COOKIE
from core.actors import Role
from core.ids import AccountId, CallId, RecordingId
from storage.vault import Vault
from tests.fakes.clock import FakeClock
from transcription.corrections import MakeCorrections

if TYPE_CHECKING:
    from tests.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A call that is over, sealed and written down; ``clock`` is the console's."""

    office: Office
    call: CallId
    recording: RecordingId
    operator: AccountId
    clock: FakeClock

    def utterances(self, revision: int | None = None) -> list[Any]:
        """Return what was said, in order, in a revision or the newest."""
        return self.rows(
            "SELECT u.* FROM utterances u JOIN transcript_revisions t ON t.id = u.revision_id"
            " WHERE u.recording_id = :recording AND t.revision = coalesce(CAST(:revision AS integer),"
            "   (SELECT max(revision) FROM transcript_revisions WHERE recording_id = :recording))"
            " ORDER BY u.start_seconds",
            revision=revision,
        )

    def rows(self, statement: str, **values: object) -> list[Any]:
        """Ask the database as the worker does."""
        with self.office.worker.begin() as connection:
            return list(connection.execute(text(statement), {"recording": self.recording, **values}))

    def make_corrections(self) -> None:
        """Do the worker's part."""
        MakeCorrections(database=self.office.worker, announcer=self.office.facts, clock=self.clock)(
            str(self.recording)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Somebody signed in who has the call open."""

    client: TestClient
    csrf: str
    at: Archived

    def post(self, path: str, **fields: object) -> Response:
        """Send a form of the session's own."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, follow_redirects=False)

    def open(self, call: CallId | None = None) -> Response:
        """Say for what the call is opened."""
        return self.post(f"/calls/{call or self.at.call}/open", purpose="fact-check")

    def ask(self, utterance: int) -> dict[str, Any]:
        """Get the clip of an utterance."""
        answer = self.post(f"/calls/{self.at.call}/clips", utterance=utterance)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def fetch(self, clip: dict[str, Any], wanted: str | None = None) -> Response:
        """Get the sound, or a range of it."""
        return self.client.get(clip["sound"], headers={} if wanted is None else {"range": wanted})

    def report(self, clip: dict[str, Any], played: str | None = None) -> Response:
        """Say what was played; all of it unless something else is said."""
        return self.post(f"/clips/{clip['clip']}/heard", played=played or f"0-{clip['milliseconds']}")

    def listen(self, clip: dict[str, Any]) -> Response:
        """Fetch a clip, let it play, and say so."""
        assert self.fetch(clip).status_code == 200
        self.at.clock.go_on(timedelta(milliseconds=clip["milliseconds"]))
        return self.report(clip)

    def hear(self, utterance: int) -> dict[str, Any]:
        """Hear an utterance as one should; returns its clip."""
        clip = self.ask(utterance)
        assert self.listen(clip).status_code == 200
        return clip


@pytest.fixture
def archived(office: Office) -> Archived:
    """A call that a supervisor took, written down by the machine."""
    clock = FakeClock(datetime.now(UTC))
    operator = office.account("sato", Role.OPERATOR, Role.SUPERVISOR)
    call = office.call("heard", operator_id=operator)
    recording = office.record(call, operator=operator)
    office.transcribe(recording)
    return Archived(office=office, call=call, recording=recording, operator=operator, clock=clock)


Arrive = Callable[[AccountId], Listener]
"""Signs somebody in: what the fixture ``listener`` gives."""


@pytest.fixture
def listener(archived: Archived) -> Generator[Arrive]:
    """Sign somebody in at the console whose clock stands still: ``listener(account)``."""
    parts = archived.office.parts
    vault = Vault(
        database=parts.database, objects=archived.office.worker_vault._objects,
        keys=archived.office.worker_vault._keys, clock=archived.clock,
    )  # fmt: skip
    app = create_app(replace(parts, clock=archived.clock, vault=vault))
    with ExitStack() as stack:
        stack.enter_context(TestClient(app, base_url="https://testserver"))

        def arrive(account: AccountId) -> Listener:
            cookie = app.state.sessions.open(account)
            client = TestClient(app, base_url="https://testserver")
            client.cookies.set(COOKIE, cookie)
            return Listener(client=client, csrf=app.state.sessions.find(cookie).csrf, at=archived)

        yield arrive


@pytest.fixture
def sato(archived: Archived, listener: Arrive) -> Listener:
    """Whoever took the call, at the console, with the call open."""
    person = listener(archived.operator)
    assert person.open().status_code == 303
    return person
