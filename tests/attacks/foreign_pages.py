"""What pages of other sites send, take into themselves or lead to, and addresses that are more than that."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from api import guard
from api.deps import checked_form, signed_in
from api.routes import metrics, sign_in
from api.static_files import FOLDER, UnchangingFiles
from core.actors import Role
from tests.attacks.attack import Attack, Guard
from tests.attacks.foreign_ids import grant_of
from tests.attacks.switches import BOUND, nods, overridden, patched, shakes

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall
    from tests.fixtures_console import Visitor

OTHER, EXPIRED = "console.refused:other-origin", "console.refused:form-expired"
ELSEWHERE = ("https://evil.example/", "//evil.example", "/\\evil.example")
ANY_SITE = patched(guard, "is_taken_by_another_site", shakes)
ANY_FORM = patched(guard, "is_foreign_form", shakes)
ANY_TOKEN = overridden(checked_form, signed_in)
NODDING = SimpleNamespace(compare_digest=nods, token_urlsafe=secrets.token_urlsafe)


def someone(hall: AttackedHall) -> Visitor:
    """Somebody who sits nowhere, so that nothing is lost when the form about the telephone gets through."""
    return hall.arrive(hall.newcomer()[1])


def is_sent(hall: AttackedHall, token: str | None = None, **headers: str) -> bool:
    who = someone(hall)
    form = {"phone": "", "csrf": who.csrf if token is None else token}
    return who.client.post("/phone", data=form, headers=headers, follow_redirects=False).status_code == 303


def signed_in_as_the_thief(hall: AttackedHall) -> bool:
    login, _ = hall.newcomer()
    victim = hall.browser()
    victim.get("/sign-in")
    return hall.sign_in(victim, login, csrf="guessed").status_code == 303


def is_embedded(hall: AttackedHall, path: str, mode: str, kind: str) -> bool:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": kind}
    return hall.kanri.get(path, headers=headers).status_code == 200


def leads_elsewhere(hall: AttackedHall) -> bool:
    login, _ = hall.newcomer(Role.ADMINISTRATOR, departments=())
    found = [hall.sign_in(hall.browser(), login, next=one).headers["location"] for one in ELSEWHERE]
    return any(one in ELSEWHERE for one in found)


def host_is_believed(hall: AttackedHall) -> bool:
    answer = hall.browser(host="evil.example").get("/calls/", follow_redirects=False)
    return answer.headers.get("location", "").startswith("https://evil.example")


@contextmanager
def slashes(hall: AttackedHall) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hall.app.router, "redirect_slashes", True)
        yield


def program_is_read(hall: AttackedHall) -> bool:
    static = hall.app.state.pages._templates.globals["static"]
    answer = hall.browser().get(f"{static}/%2e%2e/app.py")
    return answer.status_code == 200 and "create_app" in answer.text


def anywhere(_files: object, path: str) -> tuple[str, os.stat_result]:
    whole = os.path.join(FOLDER, path)  # noqa: PTH118  as somebody careless would
    return whole, os.stat(whole)  # noqa: PTH116  what Starlette wants


def any_call_is_found(hall: AttackedHall) -> bool:
    spliced = quote(f"nothing' OR c.id = '{hall.live}", safe="")
    return hall.kanri.get(f"/calls/{spliced}/state").status_code == 200


ATTACKS = (
    Attack(
        name="a form without the session's own token", guard=ANY_TOKEN, told=EXPIRED,
        attempt=lambda hall: is_sent(hall, ""),
    ),
    Attack(
        name="a form with another session's token", guard=ANY_TOKEN, told=EXPIRED,
        attempt=lambda hall: is_sent(hall, hall.sato.csrf),
    ),
    Attack(
        name="a form that another site sends, with a token that leaked", guard=ANY_FORM, told=OTHER,
        attempt=lambda hall: is_sent(hall, origin="https://evil.example"),
    ),
    Attack(
        name="a form of a page in a sandbox, which has no name", guard=ANY_FORM, told=OTHER,
        attempt=lambda hall: is_sent(hall, origin="null"),
    ),
    Attack(
        name="a form that a neighbour under the same domain sends", guard=ANY_FORM, told=OTHER,
        attempt=lambda hall: is_sent(hall, **{"sec-fetch-site": "same-site"}),
    ),
    Attack(
        name="signing a victim's browser in as the thief", told=EXPIRED, attempt=signed_in_as_the_thief,
        guard=patched(sign_in, "secrets", NODDING),
    ),
    Attack(
        name="a page of ours in another site's frame", guard=ANY_SITE, told=OTHER,
        attempt=lambda hall: is_embedded(hall, "/calls", "navigate", "iframe"),
    ),
    Attack(
        name="a recording in another site's player", guard=ANY_SITE, told=OTHER,
        attempt=lambda hall: is_embedded(
            hall, f"/recordings/{grant_of(hall, 'kanri')}/audio", "no-cors", "audio"
        ),
    ),
    Attack(
        name="an answer of ours as another site's script", guard=ANY_SITE, told=OTHER,
        attempt=lambda hall: is_embedded(hall, "/console/clock", "no-cors", "script"),
    ),
    Attack(
        name="an answer of ours fetched by another site", guard=ANY_SITE, told=OTHER,
        attempt=lambda hall: is_embedded(hall, "/help/waiting", "cors", "empty"),
    ),
    Attack(
        name="a link to the sign-in that leads to another site", told="console.refused:not-our-path",
        guard=patched(sign_in, "own_path", str), attempt=leads_elsewhere,
    ),
    Attack(
        name="another site's name as the host", told="console.refused:not-found", attempt=host_is_believed,
        guard=Guard(name="api.app.create_app: redirect_slashes", away=slashes),
    ),
    Attack(
        name="figures of the machine for somebody outside of it", told="console.refused:no-token",
        guard=patched(metrics, "may_read", nods),
        attempt=lambda hall: hall.browser().get("/metrics").status_code == 200,
    ),
    Attack(
        name="a way out of the folder of static files", told="console.refused:not-found",
        guard=patched(UnchangingFiles, "lookup_path", anywhere), attempt=program_is_read,
    ),
    Attack(
        name="a statement as the id of a call", guard=BOUND, told="console.refused:not-found",
        attempt=any_call_is_found,
    ),
)  # fmt: skip
