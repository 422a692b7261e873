"""Makes pages from templates. Everything is escaped by the template engine; no page is built from strings.

A name that a template does not know is a fault, not an empty place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import wording
from api.alarm_texts import alarm_text
from api.doors import opens
from api.error_texts import error_text
from api.parts import ConsoleParts
from api.purposes import FAULT_CODES
from api.reading.alarms import open_alarms
from api.reading.live_need import NEED_NAMES, NEED_SIGNS
from api.reading.signals import signal_words
from api.sessions import Session
from core.actors import Role
from core.rights import Matter, allows
from incidents.papers.text import place


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu at the top."""

    name: str
    path: str
    group: str = "管理"


_GROUPS = ("通話", "事案", "記録", "管理")
_MENU = (
    MenuItem("自分の電話", "/console", "通話"),
    MenuItem("折り返しの約束", "/promises", "通話"),
    MenuItem("休みと声かけ", "/care", "通話"),
    MenuItem("通話中", "/live", "通話"),
    MenuItem("通話一覧", "/calls", "通話"),
    MenuItem("通話を探す", "/search", "通話"),
    MenuItem("兆候", "/signals", "事案"),
    MenuItem("事案", "/incidents", "事案"),
    MenuItem("庁内警報", "/alerts", "事案"),
    MenuItem("訪問", "/visits", "事案"),
    MenuItem("録音機のファイル", "/imports", "事案"),
    MenuItem("型と行為", "/policy", "事案"),
    MenuItem("開示デスク", "/disclosures", "記録"),
    MenuItem("情報開示", "/records", "記録"),
    MenuItem("閲覧記録", "/access-log", "記録"),
    MenuItem("聴取台帳", "/ledger", "記録"),
    MenuItem("提供台帳", "/provisions", "記録"),
    MenuItem("保全と廃棄", "/destruction", "記録"),
    MenuItem("統計", "/dashboard", "記録"),
    MenuItem("警報", "/alarms"),
    MenuItem("録れていない電話", "/unrecorded"),
    MenuItem("閲覧の権利", "/rights"),
    MenuItem("災害時", "/disaster"),
    MenuItem("利用者", "/accounts"),
    MenuItem("プログラムの鍵", "/tokens"),
    MenuItem("Webhook", "/webhooks"),
)


def menu_of(session: Session) -> dict[str, list[MenuItem]]:
    """Return the pages that open to somebody, by group: those whose door stands open to their roles."""
    roles = session.actor.roles
    # Care is a person's own in every role; whoever takes no calls need not be shown the way to it.
    open_to = [
        one for one in _MENU
        if opens("GET", one.path, roles) and (one.path != "/care" or allows(roles, Matter.CALLS))
    ]  # fmt: skip
    grouped = {group: [one for one in open_to if one.group == group] for group in _GROUPS}
    return {group: items for group, items in grouped.items() if items}


class Pages:
    """The console's templates."""

    def __init__(self, parts: ConsoleParts, static: str) -> None:
        self._parts = parts
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Any] = {
            "day_time": wording.day_time,
            "day_words": wording.day_words,
            "full_time": wording.full_time,
            "clock_time": wording.clock_time,
            "length": wording.length,
            "position": wording.position,
            "place": place,
            "percent": wording.percent,
            "decibels": wording.decibels,
            "finding": wording.finding,
            "alarm_text": alarm_text,
            "signal_words": signal_words,
        }
        words: dict[str, Any] = {
            "static": static,
            "city": parts.profile.name,
            "trial": parts.trial,
            "profile": parts.profile,
            "caller_classes": wording.CALLER_CLASSES,
            "phases": wording.PHASES,
            "outcomes": wording.OUTCOMES,
            "role_names": wording.ROLE_NAMES,
            "purpose_name": parts.profile.purpose_name,
            "purpose_texts": {code: error_text(code).told for code in FAULT_CODES},
            "department_names": {one.id: one.name for one in parts.profile.departments},
            "line_names": {one.id: one.name for one in parts.profile.lines},
            "phone_names": {one.id: one.name for one in parts.profile.phones},
            "need_names": NEED_NAMES,
            "need_signs": NEED_SIGNS,
            "measure_names": {one.id: one.name for one in parts.profile.measures},
            "alert_instructions": {one.id: one.name for one in parts.profile.alerts.instructions},
            "agency_names": {one.id: one.name for one in parts.profile.agencies},
        }
        self._templates.filters.update(filters)
        self._templates.globals.update(words)

    def bare(self, name: str, *, status: int = 200, **words: object) -> HTMLResponse:
        """Render a page or a part of one that needs nobody signed in."""
        return HTMLResponse(self._templates.get_template(name).render(words), status_code=status)

    def show(
        self, request: Request, session: Session, name: str, *, status: int = 200, **words: object
    ) -> HTMLResponse:
        """Render a page for somebody who is signed in: with menu, badges and the session's form token."""
        return self.bare(
            name,
            status=status,
            session=session,
            csrf=session.csrf,
            menu=menu_of(session),
            here=request.url.path,
            now=self._parts.clock.now(),
            alarm_count=self.alarm_count(session),
            hears_help=session.actor.has(Role.SUPERVISOR),
            takes_calls=allows(session.actor.roles, Matter.CALLS),
            **words,
        )

    def alarm_count(self, session: Session) -> int | None:
        """Count the alarms that wait for somebody; None for those who see no alarms."""
        if not allows(session.actor.roles, Matter.ALARMS):
            return None
        with self._parts.database.begin(session.actor) as connection:
            return open_alarms(connection)
