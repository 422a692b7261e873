"""The API is fed from its own OpenAPI document, right and wrong: no 500, every answer as the document says.

Most addresses name what exists, so that what stands behind them is reached. ``python -m tools.fuzz_api`` goes
deeper: TSUWAROKU_FUZZ_EXAMPLES requests of each kind to each address.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import schemathesis
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation
from sqlalchemy import text

from api.app import create_app
from api.openapi import openapi_document
from api.own_keys import OwnKeys, Reaches
from core.actors import Actor, Role
from core.profile.casework import Casework
from core.profile.integrations import Integrations
from storage.access_log import Sealer
from storage.database import Database
from tests.api.test_case_content import quoted
from tests.api.test_quote_exports import heads
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import HOKEN, Office

pytestmark = pytest.mark.real
EXAMPLES = int(os.environ.get("TSUWAROKU_FUZZ_EXAMPLES", "3"))
INSIDE = re.compile("Traceback|psycopg|sqlalchemy|SELECT |INSERT ")
AT_A_DESK = ("/api/v1/phones", "/api/v1/calls/{call}/flag", "/api/v1/calls/{call}/help")
"""Addresses for keys of programs, which tests/api/test_console_keys.py and tests/attacks ask."""
Operation = APIOperation[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Hall:
    """The API with a key that reaches everything its person may do, and ids of what there is."""

    client: TestClient
    key: str
    ids: dict[str, str]

    def ask(self, case: Case) -> Response:
        """Send a case as it is, but for the key and the form that every POST has to be."""
        sent = case.as_transport_kwargs(base_url="https://testserver")
        headers = {"authorization": f"Bearer {self.key}"}
        if case.method == "POST":
            headers["content-type"] = "application/x-www-form-urlencoded"
        body = sent.get("data")
        fields = body if isinstance(body, dict | list | str | bytes) else {}
        if isinstance(fields, list):
            fields = {name: [value for key, value in fields if key == name] for name, _ in fields}
        return self.client.request(
            case.method, sent["url"], params=sent.get("params"), headers=headers,
            **({"content": fields} if isinstance(fields, str | bytes) else {"data": fields}),
        )  # fmt: skip


@pytest.fixture
def hall(
    office: Office, owner_database: Database, archived: Archived, listener: Arrive, tmp_path: Path
) -> Hall:
    kanri = office.account("kanri", Role.SUPERVISOR, Role.OPERATOR)
    profile = office.parts.profile.model_copy(
        update={
            "integrations": Integrations(own_keys=True, board_by_programs=True),
            "casework": Casework(heads=("kanri",)),
        }
    )
    object.__setattr__(office.parts, "profile", profile)
    client = TestClient(
        create_app(office.parts), base_url="https://testserver", raise_server_exceptions=False
    )
    actor = Actor(account=kanri, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    key = OwnKeys(office.parts.database, office.parts.clock).issue(actor, "x", reaches=tuple(Reaches), days=7)
    hall = Hall(client, key, {"call": str(office.call("a", operator_id=kanri)), "phone": "hoken1"})
    head, press = {"authorization": f"Bearer {key}"}, str(uuid4())
    instruction = profile.alerts.instructions[0].id
    visit = {"department": HOKEN, "place": "町", "visitors": "山田", "reach": "携帯", "limit": "30"}
    for name, path, fields in (
        ("incident", "/calls/city-a.0/incident", {"summary": "電話"}),
        ("visit", "/visits", visit),
        ("alert", "/calls/city-a.0/alert", {"instruction": instruction, "who": "内線"}),
        ("mark", "/calls/city-a.0/shared", {"reason": "工場の事務所の電話"}),
    ):
        press = str(uuid4())
        made = client.post(f"/api/v1{path}", data={"press": press, **fields}, headers=head)
        assert made.status_code == 201, made.text
        hall.ids[name] = press
    recording = office.record(office.call("b"), seconds=1.0)
    hall.ids.update(signal=str(uuid4()), wanted=str(uuid4()))
    with owner_database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO imports (id, department, recorded_at, estimated, place, recorded_by, held_by,"
                " notice, asked_by, asked_at)"
                " VALUES (:id, 'hoken-nenkin', now(), false, '窓口', '山田', '山田', 'told', :by, now())"
            ),
            {"id": UUID(hall.ids["wanted"]), "by": kanri},
        )
    office.write(
        "INSERT INTO signals (id, call_id, recording_id, department, kind, urgent, rule, version, value,"
        " held_against, utterances, seconds, found_at) VALUES (:id, 'city-b.0', :recording, 'hoken-nenkin',"
        " 'danger-110', true, 'r', '1', '{}', '{}', '{}', 1, now())",
        {"id": UUID(hall.ids["signal"]), "recording": recording},
    )
    said(hall, owner_database, archived, listener(archived.operator), tmp_path)
    return hall


def said(hall: Hall, owner: Database, archived: Archived, maker: Listener, place: Path) -> None:
    """Put a heard quote into the case, write it out and sign it, and print a paper of the case."""
    assert maker.open().status_code == 303
    quote, export = quoted(maker), str(uuid4())
    hall.ids.update(quote=quote, export=export, number="1")
    with owner.begin() as connection:
        for row in (
            "incident_quotes (incident_id, quote_id, linked_at) VALUES (:incident, :quote, now())",
            (
                "incident_papers (incident_id, number, sha256, pdf, made_at, made_by)"
                " VALUES (:incident, 1, sha256('%PDF'), '%PDF', now(), :by)"
            ),
        ):
            values = {"incident": hall.ids["incident"], "quote": quote, "by": archived.operator}
            connection.execute(text(f"INSERT INTO {row}"), values)
    asked = {"press": export, "purpose": "fact-check"}
    head = {"authorization": f"Bearer {hall.key}"}
    answer = hall.client.post(f"/api/v1/quotes/{quote}/exports", data=asked, headers=head)
    assert answer.status_code == 201, answer.text
    Sealer(archived.office.worker, archived.clock).run_once()
    heads(archived, place).run_once()
    assert hall.client.get(f"/api/v1/quote-exports/{export}", headers=head).json()["ready"] is True


def operations() -> Iterator[Operation]:
    for found in schemathesis.openapi.from_dict(openapi_document()).get_all_operations():
        yield found.ok()


def cases(one: Operation, hall: Hall) -> st.SearchStrategy[Case]:
    """Right and wrong requests to an address, to what exists and to what does not."""
    names = re.findall(r"{(\w+)}", one.path)
    known = {name: hall.ids.get(name, str(UUID(int=7))) for name in names}
    right = one.as_strategy(generation_mode=GenerationMode.POSITIVE)
    there = one.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=known)
    wrong = one.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=known)
    return st.one_of(there, there, right, wrong if one.method != "get" or one.query else right)


def feed(one: Operation, hall: Hall) -> list[int]:
    """Ask one address; returns the statuses that came."""
    came = list[int]()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 10,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases(one, hall))
    def answers(case: Case) -> None:
        answer = hall.ask(case)
        came.append(answer.status_code)
        where = (one.method, answer.request.url, case.body, answer.status_code, answer.text[:300])
        assert answer.status_code < 500, where
        assert answer.status_code not in {401, 405}, where
        assert str(answer.status_code) in one.definition.raw["responses"], where
        assert INSIDE.search(answer.text) is None, where
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", where
            assert re.search("[ぁ-ん]", answer.json()["detail"]), where
        one.validate_response(answer)

    answers()
    return came


def test_whatever_is_asked_is_answered_as_the_document_says_and_never_by_a_fault_of_ours(hall: Hall) -> None:
    came = list[int]()
    for one in operations():
        if not one.path.startswith(AT_A_DESK):
            came += feed(one, hall)

    assert len(came) > 30 * EXAMPLES
    assert len([status for status in came if status < 300]) > len(came) // 20, "hardly anything was reached"
