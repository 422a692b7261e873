"""判断ボード: the console is killed (kill -9) between a view and its answer; nothing is lost or doubled.

The console that dies is a process of its own. Whoever voted got no answer and presses again, at a console
that lives: the same form, under the same press.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from core.actors import Role
from tests.api.test_incidents import VIEW, events, number, opened, say
from tests.office import Office

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.fixtures_console import Arrive
    from tests.fixtures_postgres import DatabaseDsns

pytestmark = pytest.mark.real

_CONSOLE_THAT_DIES = """
import json, os, signal, sys
from pathlib import Path
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from api.app import create_app
from api.passwords import Passwords
from api.sessions import COOKIE
from core.ids import AccountId
from core.profile.loading import load_profile
from storage.database import Database
from tests.fixtures_postgres import DatabaseDsns
from tests.office import office_of
from uuid import UUID
import incidents.stepping

told = json.loads(sys.stdin.readline())
app_base, worker = Database(told["app"]), Database(told["worker"])
office = office_of(
    DatabaseDsns(owner="", app=told["app"], worker=told["worker"]), app_base, worker,
    load_profile(Path("profiles/sakura.yaml")), Passwords(Argon2Hasher(memory_cost=64, time_cost=1)),
)
app = create_app(office.parts)

def die(*_args, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

if told["moment"] == "written":  # the row is there, nothing is committed
    incidents.stepping.note_standing = die

async def dying(scope, receive, send):
    async def send_or_die(message):
        if message["type"] == "http.response.start" and scope["path"].endswith("/view"):
            die()  # committed, and the answer is not sent
        await send(message)
    await app(scope, receive, send_or_die)

with TestClient(app, base_url="https://testserver"):
    cookie = app.state.sessions.open(AccountId(UUID(told["account"])))
    client = TestClient(dying, base_url="https://testserver", headers={"accept": "text/html"})
    client.cookies.set(COOKIE, cookie)
    form = {"csrf": app.state.sessions.find(cookie).csrf, **told["form"]}
    client.post(told["path"], data=form, follow_redirects=False)
print("alive")
"""


@pytest.mark.parametrize(("moment", "there"), [("written", 0), ("committed", 1)])
def test_a_view_is_there_once_after_the_console_was_killed(
    office: Office, visitor: Arrive, database_dsns: DatabaseDsns, moment: str, there: int
) -> None:
    sato = visitor(office.account("sato", Role.OPERATOR))
    account = office.account("kacho", Role.SUPERVISOR)
    kacho = visitor(account)
    office.account("shomu", Role.SUPERVISOR)
    office.call("a")
    case = opened(sato)
    assert say(sato, case, "judges") == 303
    form = VIEW | {"number": number(kacho, case), "press": str(uuid4())}
    told = {
        "app": database_dsns.app, "worker": database_dsns.worker, "account": str(account), "moment": moment,
        "path": f"{case}/view", "form": form,
    }  # fmt: skip

    killed = subprocess.run(
        [sys.executable, "-c", _CONSOLE_THAT_DIES], input=json.dumps(told) + "\n", capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-800:]

    def views() -> int:
        return [one.kind for one in events(office)].count("view")

    assert views() == there
    again = kacho.post(f"{case}/view", **form)
    assert again.status_code == 303, again.text
    assert views() == 1
    assert "✓</span> 書きました" in kacho.get(case).text
