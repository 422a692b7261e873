"""Receivers are told over real HTTPS, signed; a dead one delays nothing, and nothing of it is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Actor, Role
from core.clock import SystemClock
from core.ids import DepartmentId
from core.profile.integrations import ReceiverRules
from core.webhook import Event, webhook_secret
from runtime.https_post import HttpsPost
from runtime.tell_receivers import TellReceivers
from storage.database import Database
from storage.webhooks import NewWebhook, register_webhook
from tests.fixtures_console import Arrive
from tests.office import SHIMIN, Office

if TYPE_CHECKING:
    from api.certificate import Certificate

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]
KEY = b"w" * 32
TRIES = 3


@dataclass(slots=True)
class Receiver:
    """A program of the city that listens: what came, and what it answers."""

    port: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: int = 204

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/tsuwaroku?from=us"


@dataclass(slots=True)
class Later:
    """A clock that can be put forward."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead


@pytest.fixture
def receiver(console_certificate: Certificate) -> Generator[Receiver]:
    found = Receiver()

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Hears)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(console_certificate.certificate, console_certificate.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def trust(console_certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(console_certificate.certificate))


@pytest.fixture
def loopback_may_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The receiver of these tests stands on this machine; no profile can list that."""
    import runtime.https_post as door

    def first(found: list[str], _internal: object) -> str:
        return found[0]

    monkeypatch.setattr(door, "chosen_address", first)


def duty(office: Office, trust: ssl.SSLContext, clock: Later) -> TellReceivers:
    post = HttpsPost(ReceiverRules(patience_seconds=1), trust=trust)
    return TellReceivers(database=office.worker, post=post, key=KEY, tries=TRIES, clock=clock)


def registered(office: Office, url: str, *events: Event, departments: tuple[DepartmentId, ...] = ()) -> UUID:
    name = f"kikai{uuid4().hex[:6]}"
    account = office.account(name, Role.ADMINISTRATOR, departments=())
    actor = Actor(account=account, roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    new = NewWebhook(
        id=uuid4(), name="窓口支援", url=url, events=events or tuple(Event), departments=departments,
        at=SystemClock().now(), by=account,
    )  # fmt: skip
    with office.parts.database.begin(actor) as connection:
        register_webhook(connection, new)
    return new.id


def rows(office: Office, statement: str) -> list[Any]:
    with office.worker.begin() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def proves(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """What a receiver does, as docs/http-api.md shows it."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split(" "))


@pytest.mark.usefixtures("loopback_may_be_told")
def test_a_receiver_is_told_who_rang_by_an_id_alone_and_can_prove_that_it_was_us(
    office: Office, receiver: Receiver, trust: ssl.SSLContext
) -> None:
    hook = registered(office, receiver.url)
    office.call("a", phase="connecting", ended_at=None, outcome=None, connected_at=None)
    office.write("UPDATE calls SET phase = 'talking'", {})
    office.write("UPDATE calls SET phase = 'connecting'", {})  # passed on: it rings again, and is told once
    office.write("UPDATE calls SET phase = 'ended', ended_at = now()", {})

    told = duty(office, trust, Later()).run_once()

    assert told == 2
    (headers, body), (_, ended) = receiver.heard
    assert json.loads(body)["type"] == "call.ringing"
    assert json.loads(body)["data"] == {"kind": "call", "id": "city-a.0", "department": "hoken-nenkin"}
    assert json.loads(ended)["type"] == "call.ended"
    assert proves(webhook_secret(KEY, hook), headers, body)
    assert not proves(webhook_secret(KEY, hook), headers, body + b" ")
    assert not proves(webhook_secret(KEY, uuid4()), headers, body)
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert rows(office, "SELECT count(*) FROM webhook_deliveries WHERE delivered_at IS NULL") == [(0,)]


def test_practice_other_departments_and_restricted_calls_are_told_to_nobody(office: Office) -> None:
    registered(office, "https://example.lg.jp/", departments=(SHIMIN,))
    office.call("a")
    office.call("b", practice=True, department=SHIMIN, line="shimin")
    assert rows(office, "SELECT count(*) FROM webhook_deliveries") == [(0,)]
    office.call("c", department=SHIMIN, line="shimin")
    assert rows(office, "SELECT event, subject FROM webhook_deliveries") == [("call.ended", "city-c.0")]


def test_a_case_an_alert_and_their_ends_are_told_by_the_transaction_that_made_them_true(
    office: Office, visitor: Arrive
) -> None:
    registered(office, "https://example.lg.jp/")
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    office.call("a")
    press = str(uuid4())
    kanri.post("/calls/city-a.0/incident", press=press)
    alert = str(uuid4())
    instruction = office.parts.profile.alerts.instructions[0].id
    kanri.post("/calls/city-a.0/alert", press=alert, instruction=instruction, who="内線1")
    kanri.post(f"/alerts/{alert}/withdraw", reason="済んだ")
    office.write("DELETE FROM webhook_deliveries WHERE event = 'call.ended'", {})

    assert rows(office, "SELECT event, subject FROM webhook_deliveries ORDER BY at, event") == [
        ("incident.opened", press), ("alert.placed", alert), ("alert.withdrawn", alert),
    ]  # fmt: skip


def test_whatever_is_wrong_with_the_outbox_the_call_is_written_all_the_same(
    office: Office, owner_database: Database
) -> None:
    registered(office, "https://example.lg.jp/")
    with owner_database.begin() as connection:
        connection.execute(text("ALTER TABLE webhook_deliveries RENAME TO gone"))

    office.call("a")

    assert rows(office, "SELECT id FROM calls") == [("city-a.0",)]


@pytest.mark.usefixtures("loopback_may_be_told")
def test_a_refusing_receiver_is_tried_again_later_then_parked_with_an_alarm_and_sent_by_a_person(
    office: Office, receiver: Receiver, trust: ssl.SSLContext, visitor: Arrive
) -> None:
    registered(office, receiver.url, Event.CALL_ENDED)
    office.call("a")
    receiver.answer, clock = 500, Later()
    telling = duty(office, trust, clock)
    for _ in range(TRIES):
        telling.run_once()
        telling.run_once()  # at once again: nothing is due
        clock.ahead += timedelta(hours=3)

    assert len(receiver.heard) == TRIES
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert rows(office, "SELECT code FROM alarms") == [("webhook-parked",)]
    keeper = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))
    page = keeper.get("/webhooks").text
    assert "送れませんでした" in page
    assert "city-a.0" not in page

    receiver.answer = 200
    one = rows(office, "SELECT id FROM webhook_deliveries")[0][0]
    assert keeper.post(f"/webhooks/deliveries/{one}/again").status_code == 303
    assert telling.run_once() == 1


def test_a_receiver_inside_the_machine_is_never_spoken_to(
    office: Office, receiver: Receiver, trust: ssl.SSLContext
) -> None:
    registered(office, receiver.url, Event.CALL_ENDED)
    office.call("a")
    duty(office, trust, Later()).run_once()

    assert receiver.heard == []
    assert rows(office, "SELECT code FROM webhook_deliveries") == [("receiver-refused",)]


@pytest.mark.usefixtures("loopback_may_be_told")
def test_a_silent_receiver_costs_its_patience_and_others_are_told_meanwhile(
    office: Office, receiver: Receiver, trust: ssl.SSLContext
) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection and says nothing
        registered(office, f"https://127.0.0.1:{silent.getsockname()[1]}/", Event.CALL_ENDED)
        registered(office, receiver.url, Event.CALL_ENDED)
        office.call("a")
        begun = monotonic()
        told = duty(office, trust, Later()).run_once()

    assert told == 1
    assert monotonic() - begun < 4
    assert rows(office, "SELECT code FROM webhook_deliveries WHERE code IS NOT NULL") == [("no-answer",)]


@pytest.mark.usefixtures("loopback_may_be_told")
def test_a_receiver_whose_certificate_nobody_vouches_for_is_not_told(receiver: Receiver) -> None:
    assert HttpsPost(ReceiverRules()).send(receiver.url, {}, b"{}").code == "certificate-refused"
    assert receiver.heard == []


def test_only_who_keeps_the_machine_registers_and_the_secret_is_shown_once(
    office: Office, visitor: Arrive
) -> None:
    keeper = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))
    form = {"press": str(uuid4()), "name": "窓口", "events": "call.ringing"}
    refused = [
        keeper.post("/webhooks", url=url, **form).status_code
        for url in ("http://example.lg.jp/", "https://10.1.2.3/", "https://127.0.0.1/", "https://a:b@x.jp/")
    ]
    shown = keeper.post("/webhooks", url="https://example.lg.jp/in", **form).text
    other = visitor(office.account("kanri", Role.SUPERVISOR))

    assert refused == [422] * 4
    assert webhook_secret(KEY, UUID(form["press"])) in shown
    assert "whsec_" not in keeper.get("/webhooks").text
    assert "whsec_" not in keeper.post("/webhooks", url="https://example.lg.jp/in", **form).text
    assert other.get("/webhooks").status_code == 403
    assert rows(office, "SELECT url FROM webhooks") == [("https://example.lg.jp/in",)]
