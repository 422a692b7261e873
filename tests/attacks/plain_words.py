"""Words that are more than words to a browser: they are shown as what was written, so nothing is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from jinja2 import Environment

from api.rendering import Pages
from tests.attacks.attack import Attack
from tests.attacks.foreign_ids import is_done
from tests.attacks.switches import wired

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

SCRIPT = "<script>alert(1)</script>"


def note_runs(hall: AttackedHall) -> bool:
    assert is_done(hall, hall.sato, f"/calls/{hall.live}/notes", text=SCRIPT, note=str(uuid4()))
    return SCRIPT in hall.sato.get(f"/console/calls/{hall.live}").text


def card_runs(hall: AttackedHall) -> bool:
    call = hall.going_on(hall.accounts["sato"])
    assert is_done(hall, hall.kanri, f"/calls/{call}/cards", words=SCRIPT)
    return SCRIPT in hall.sato.get(f"/console/calls/{call}").text


def name_runs(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    hall.owned("UPDATE accounts SET display_name = :name WHERE id = :id", name=SCRIPT, id=account)
    return SCRIPT in hall.arrive(account).get("/calls").text


def unescaped(hall: AttackedHall) -> Pages:
    pages = Pages(hall.office.parts, hall.app.state.pages._templates.globals["static"])
    templates: Environment = pages._templates
    templates.autoescape = False
    return pages


AS_WRITTEN = wired("the template engine's escaping", "pages", unescaped)
ATTACKS = (
    Attack(name="a script in a note", guard=AS_WRITTEN, told=None, attempt=note_runs),
    Attack(name="a script in a supervisor's line", guard=AS_WRITTEN, told=None, attempt=card_runs),
    Attack(name="a script as a person's name", guard=AS_WRITTEN, told=None, attempt=name_runs),
)
