"""Garbage on every form of the console, found in its own table of routes: plain words, and nothing changed.

A new form is tried here by itself. Half of what is sent is meant to get far: ids that exist, codes that a
route knows, ids of another department's call. What is accepted must leave every page readable.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.doors import DOORS
from api.keyed_doors import Keyed
from api.own_keys import OwnKeys, Reaches
from api.tokens import Scope, Tokens
from core.actors import Actor, Role
from core.ids import AccountId
from storage.database import Database
from storage.ending_rule import EndingStep
from telephony.call.orders import OrderKind
from tests.attacks.forms import Form, forms_of
from tests.attacks.rows_beside import written_beside
from tests.fixtures_at_the_phone import talks
from tests.fixtures_console import Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

ROUNDS = 12
"""So often every form of every person is tried; about ten seconds in all."""

WHOLE_HALL = ("/disaster",)
"""Nobody's department: a supervisor of any may switch."""
NOT_COMPARED = {"access_knocks", "access_chain", "web_sessions", "sign_in_attempts", "phone_seats"}
"""What is written also when somebody is refused, or is the person's own."""

TROUBLE = [
    "", " ", "\0", "折\0返し", "\x1b[2J", "\u202e逆", "\ufeff", "é", "😀" * 120, "あ" * 5000, "x" * 4001,
    "-1", "0", "1", "3.5", "1e9", "9" * 30, "nan", "null", "true", "0001-01-01T00:00", "9999-12-31T23:59",
    "2026-02-30T25:61", "2026-11-22T10:00+25:00", "2026-W01", "' OR 1=1 --", "<script>alert(1)</script>",
    "{{7*7}}", "%s%n", "../../etc/passwd", "phone:", "line:", "phone:hoken1\0", "phone:nowhere",
    "//evil.example",
]  # fmt: skip
SENSIBLE = [
    *(kind.value for kind in OrderKind), *(step.value for step in EndingStep),
    "deadlock", "agreed", "special", "30", "full", "none", "phone:hoken2", "line:kokuho", "hoken1", "hoken2",
    "fact-check", "training", "折り返します", "係長", "flag", str(HOKEN), "90", "18:00", "/console", "2",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A hall with people, a call of ours and one of another department, and rows beside both."""

    people: dict[str, Visitor]
    program: TestClient
    own_key: TestClient
    """A program with a key of kanri's own."""
    forms: list[Form]
    ids: list[str]
    own: list[str]
    state: Callable[[], list[tuple[Any, ...]]]


@pytest.fixture
def tried(office: Office, visitor: Callable[[AccountId], Visitor], owner_database: Database) -> Tried:
    sato = office.account("sato", Role.OPERATOR)
    accounts = {
        "sato": sato,
        "kanri": office.account("kanri", Role.SUPERVISOR, Role.OPERATOR),
        "kikai": office.account("kikai", Role.ADMINISTRATOR, departments=()),
        "hoka": office.account("hoka", Role.SUPERVISOR, Role.OPERATOR, departments=(SHIMIN,)),
    }
    people = {name: visitor(account) for name, account in accounts.items()}
    people["sato"].post("/phone", phone="hoken1")
    people["kanri"].post("/phone", phone="hoken2")
    live, over = talks(office, sato), office.call("over", operator_id=sato, notice="missing")
    foreign = talks(office, None, name="foreign", department=SHIMIN, line="shimin", operator_phone="shimin1")
    office.record(over, operator=sato, seconds=1.0, usable=False)
    office.alarm("test", live)
    ids = [str(one) for one in written_beside(office, live, sato, 100)]
    ids += [str(one) for one in written_beside(office, foreign, accounts["hoka"], 200)]
    kikai = Actor(account=accounts["kikai"], roles=frozenset({Role.ADMINISTRATOR}), departments=frozenset())
    token = Tokens(office.parts.database, office.parts.clock).issue(
        kikai, "受付機", scopes=tuple(Scope), departments=(HOKEN,), days=1
    )
    app: Any = people["sato"].client.app
    program = TestClient(app, base_url="https://testserver", headers={"authorization": f"Bearer {token}"})
    kanri = Actor(
        account=accounts["kanri"], roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN})
    )
    key = OwnKeys(office.parts.database, office.parts.clock).issue(kanri, "窓口", reaches=[*Reaches], days=1)
    own_key = TestClient(app, base_url="https://testserver", headers={"authorization": f"Bearer {key}"})
    return Tried(
        people=people, program=program, own_key=own_key,
        forms=sorted(forms_of(app), key=lambda one: one.path),
        ids=[*ids, str(UUID(int=7)), str(live), str(over), str(foreign), "1"], own=[str(live), str(over)],
        state=state_of(owner_database),
    )  # fmt: skip


def state_of(database: Database) -> Callable[[], list[tuple[Any, ...]]]:
    """What says in one look whether any row of any table changed."""
    with database.begin() as connection:
        tables = connection.execute(
            text(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT c.relispartition"
                " AND c.relname NOT LIKE 'procrastinate%' AND c.relname NOT LIKE 'alembic%'"
            )
        ).scalars()
        # When a token was last used is written once a minute, refused or not.
        looks = [
            f"SELECT '{one}', md5(string_agg(row, ' ' ORDER BY row))"  # noqa: S608  names of ours
            f" FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM {one} t) t"
            for one in tables
            if one not in NOT_COMPARED
        ]
    look = text(" UNION ALL ".join(looks).replace(":", r"\:"))
    # Whoever writes or locks a row takes a number; while the numbers are the same, nothing can have changed.
    writers = text("SELECT CAST(pg_current_snapshot() AS text)")
    seen: dict[str, list[tuple[Any, ...]]] = {}

    def state() -> list[tuple[Any, ...]]:
        with database.begin() as connection:
            number = connection.execute(writers).scalar_one()
            if number not in seen:
                seen.clear()
                seen[number] = sorted(tuple(row) for row in connection.execute(look))
            return seen[number]

    return state


def send(tried: Tried, person: str, form: Form, address: str, fields: list[tuple[str, str]]) -> Response:
    """Send a form as somebody; forms of programs as the program."""
    if form.path.startswith("/api/"):
        keyed = isinstance(DOORS[f"POST {form.path}"], Keyed)
        return (tried.own_key if keyed else tried.program).post(
            address, content=urlencode(fields), headers=_FORM
        )
    who = tried.people[person]
    body = urlencode([("csrf", who.csrf), *fields])
    return who.client.post(address, content=body, headers=_FORM, follow_redirects=False)


_FORM = {"content-type": "application/x-www-form-urlencoded"}


def is_plain_refusal(answer: Response) -> bool:
    """Whether it says in Japanese what is wrong, and nothing of our inside."""
    said = answer.json() if "json" in answer.headers["content-type"] else {"title": answer.text}
    japanese = re.search(r"[ぁ-ん]", said.get("error", said)["title"])  # a problem (RFC 9457) or a page's own
    return japanese is not None and not re.search("Traceback|psycopg|sqlalchemy|SELECT|INSERT", answer.text)


WORDS = st.sampled_from(TROUBLE) | st.sampled_from(SENSIBLE) | st.text(max_size=12)
# Drawn before anything is sent, so that it never depends on what was answered. A number stands for an id.
DRAWN = st.lists(WORDS | st.integers(0, 99), min_size=97, max_size=97)


@settings(
    max_examples=ROUNDS, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.too_slow,
    ],
)  # fmt: skip
@given(person=st.sampled_from(["sato", "kanri", "kikai"]), drawn=DRAWN)
def test_whatever_is_sent_is_accepted_as_words_or_refused_in_plain_ones_and_changes_nothing(
    tried: Tried, person: str, drawn: list[str | int]
) -> None:
    values = cycle(tried.ids[one % len(tried.ids)] if isinstance(one, int) else one for one in drawn)
    before = tried.state()
    for form in tried.forms:
        # Half of the addresses name what exists: there the fields are looked at.
        names = {name: next(values) for name in form.names}
        if len(str(next(values))) % 2:
            names |= {name: tried.own[0] for name in names if name == "call"}
        address, fields = form.address(names), [(one, next(values)) for one in form.fields]
        answer = send(tried, person, form, address, fields)
        after = tried.state()

        assert answer.status_code < 500, (form.path, names, fields)
        if answer.status_code >= 400:
            assert is_plain_refusal(answer), (form.path, answer.text[:300])
            assert after == before, (form.path, fields)
        before = after
    for who, path in (
        ("kanri", "/console"),
        ("kanri", "/live"),
        ("kanri", "/promises"),
        ("kanri", "/calls"),
        ("kanri", f"/calls/{tried.own[0]}"),
        ("kikai", "/tokens"),
        ("kikai", "/disaster"),
    ):
        assert tried.people[who].get(path).status_code == 200, path  # fmt: skip


def test_another_department_changes_nothing_of_ours_whatever_it_sends(tried: Tried) -> None:
    about_ours = [
        form for form in tried.forms if form.names and not form.path.startswith(("/api/", *WHOLE_HALL))
    ]
    assert len(about_ours) > 20
    before = tried.state()

    for form in about_ours:
        for one in tried.ids[:6]:
            address = form.address({name: tried.own[0] if name == "call" else one for name in form.names})
            for value in ("hold", "confirmed"):
                answer = send(tried, "hoka", form, address, [(name, value) for name in form.fields])
                assert answer.status_code < 500, (form.path, value)
                assert answer.status_code >= 400 or "call" not in form.names, (form.path, value)

    assert tried.state() == before


def test_every_form_asks_for_a_session_its_own_token_and_its_own_site(tried: Tried) -> None:
    before = tried.state()
    kanri, sato = tried.people["kanri"], tried.people["sato"]

    stranger = TestClient(kanri.client.app, base_url="https://testserver")
    for form in tried.forms:
        if form.path.startswith("/api/"):
            continue  # a program shows its token; tests/api/test_console_keys.py
        address = form.address(dict.fromkeys(form.names, tried.own[0]) | dict.fromkeys(
            (name for name in form.names if name != "call"), "1" if "alarm" in form.path else str(UUID(int=7))
        ))  # fmt: skip
        fields = [(name, "hold") for name in form.fields]
        own, empty, others, odd = (
            urlencode([*fields, ("csrf", token)]) for token in (kanri.csrf, "", sato.csrf, "あ")
        )
        for spoilt in (urlencode(fields), empty, others, odd):
            assert kanri.client.post(address, content=spoilt, headers=_FORM).status_code == 403, form.path
        elsewhere = _FORM | {"origin": "https://evil.example"}
        assert kanri.client.post(address, content=own, headers=elsewhere).status_code == 403, form.path
        assert kanri.client.post(address, json=dict(fields)).status_code == 415, form.path
        unknown = stranger.post(address, content=own, headers=_FORM)
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (401, "not-signed-in"), form.path

    assert tried.state() == before


def test_a_form_that_is_sent_again_changes_nothing_more(tried: Tried) -> None:
    """A replay: what was accepted once, with an id of the page's own, is the same thing the second time."""
    due = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}"
    usual = {
        "kind": "hold",
        "text": "メモ",
        "words": "落ち着いて",
        "step": "asked",
        "what": "折り返す",
        "who": "係長",
        "due": due,
    }
    for form in tried.forms:
        if form.path.startswith(("/disaster", "/tokens", "/search", "/phone", "/unrecorded")):
            continue  # no id of the page's own: each one is a new one, and is shown as such
        ids = {name: str(uuid4()) for name in form.fields if name in {"press", "note"}}
        address = form.address(dict.fromkeys(form.names, tried.own[0]))
        fields = list((usual | ids).items())
        send(tried, "kanri", form, address, fields)
        once = tried.state()
        send(tried, "kanri", form, address, fields)

        assert _rows(tried.state()) == _rows(once), form.path


def _rows(state: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Without the tables whose row is written anew each time: with when it was saved, or read along until."""
    return [row for row in state if row[0] not in {"call_wrap_ups", "live_watches"}]
