"""Pages hear of changed calls as far as they may see them, and go on hearing after the database was away."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from api.routes import live
from core.actors import Role
from tests.fixtures_console import Arrive, Visitor
from tests.office import SHIMIN, Office
from tests.waiting import wait_until

pytestmark = pytest.mark.real


@contextmanager
def listening(person: Visitor) -> Generator[Any]:
    feed = person.client.app.state.feed  # type: ignore[attr-defined]
    wait_until(feed.listening.is_set)
    address = "wss://testserver/ws"
    with person.client.websocket_connect(address, headers={"origin": "https://testserver"}) as socket:
        wait_until(lambda: len(feed._listeners) > 0)
        yield socket


def test_a_changed_call_wakes_those_who_may_see_it_and_nobody_else(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    hidden = office.call("hidden", department=SHIMIN)
    seen = office.call("seen")
    with listening(kanri) as socket:
        office.notify(hidden)
        office.notify(seen)

        first = socket.receive_json()

    assert first == {"topic": "call", "id": str(seen)}


def test_after_the_database_came_back_every_page_looks_again(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a")
    with listening(kanri) as socket:
        with office.parts.database.begin() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query = 'LISTEN tsuwaroku_calls' AND datname = current_database()"
            )
        again = socket.receive_json()
        office.notify(call)

        after = socket.receive_json()

    assert again == {"topic": "everything", "id": ""}
    assert after == {"topic": "call", "id": str(call)}


def test_whoever_signed_out_hears_of_no_call_any_more(
    office: Office, visitor: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "TRUSTED_SECONDS", 0.0)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a")
    with listening(kanri) as socket:
        kanri.post("/sign-out")
        office.notify(call)

        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()

    assert ended.value.code == live.SESSION_OVER


def test_the_live_page_shows_calls_that_go_on_and_their_clock(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    now = datetime.now(UTC)
    office.call("on", ended_at=None, outcome=None, phase="talking", arrived_at=now, connected_at=now)
    office.call("over", caller_class="withheld")
    just = office.call("just-over", ended_at=now - timedelta(minutes=1))

    page = kanri.get("/live/calls").text

    assert 'data-count="1"' in page
    assert "1件の電話がつながっています" in kanri.get("/live").text
    assert f'href="/calls/{just}"' in page
    assert f'data-since="{int(now.timestamp() * 1000)}"' in page
    assert "非通知" not in page


def test_a_call_that_just_ended_says_how_long_its_recording_usually_takes_to_come_in(
    office: Office, visitor: Arrive
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    call = office.call("a", ended_at=datetime.now(UTC))
    places = ("/live", f"/calls/{call}")

    assert ["ふつう数十秒以内" in kanri.get(place).text for place in places] == [True, True]
    office.record(call)

    assert ["ふつう数十秒以内" in kanri.get(place).text for place in places] == [False, False]


def test_the_list_goes_on_where_the_page_before_ended(office: Office, visitor: Arrive) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    for number in range(120):
        office.call(f"n{number:03}", arrived_at=moment, caller_class="withheld")

    path, seen = "/calls", list[str]()
    while path:
        page = kanri.get(path).text
        seen += [part.split('"')[0] for part in page.split('href="/calls/')[1:]]
        following = page.split("これより前の通話")[0].rsplit('href="', 1)[1].split('"')[0]
        path = following.replace("&amp;", "&") if "これより前の通話" in page else ""

    assert seen == [f"city-n{number:03}.0" for number in reversed(range(120))]


def test_the_health_of_the_console_says_nothing_of_calls(office: Office, visitor: Arrive) -> None:
    answer = visitor(office.account("sato", Role.OPERATOR)).get("/healthz")

    assert (answer.status_code, answer.content) == (204, b"")
