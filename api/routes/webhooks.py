"""Webhook: which of the city's programs are told of events, what became of it, and sending it again."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.deps import OwnForm, Parts, Show, SignedIn
from api.parts import ConsoleParts
from api.sessions import Session
from core.errors import NotFound
from core.receiver_address import ReceiverRefused, is_literal, may_be_told, read_receiver
from core.webhook import Event, webhook_secret
from storage.webhooks import (
    NewWebhook,
    end_webhook,
    last_deliveries,
    list_webhooks,
    register_webhook,
    send_again,
)

router = APIRouter(include_in_schema=False)
LONGEST_NAME = 100
EVENT_NAMES = {
    Event.CALL_RINGING: "電話が鳴り始めた",
    Event.CALL_ENDED: "通話が終わった",
    Event.SIGNAL_FOUND: "兆候が見つかった",
    Event.INCIDENT_OPENED: "事案ができた",
    Event.INCIDENT_DECIDED: "事案が決定された",
    Event.ALERT_PLACED: "庁内警報が出た",
    Event.ALERT_WITHDRAWN: "庁内警報が取り消された",
}
CODES = {
    "receiver-refused": "送ってよい場所ではありません（市の設定を確かめてください）",
    "name-unknown": "サーバーの名前が見つかりません",
    "certificate-refused": "証明書を確かめられません",
    "no-answer": "時間内に答えがありません",
    "unreachable": "つながりません",
    "refused": "受け取られませんでした",
}


@router.get("/webhooks")
def webhooks(request: Request, session: SignedIn, parts: Parts, show: Show) -> HTMLResponse:
    """Show the receivers, and what they were told last."""
    return show.show(request, session, "webhooks.html", **_all(session, parts))


@router.post("/webhooks")
def register(  # noqa: PLR0913, PLR0917  the form and the parts of the console
    request: Request,
    session: OwnForm,
    parts: Parts,
    show: Show,
    press: Annotated[UUID, Form()],
    name: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    events: Annotated[list[str] | None, Form()] = None,
    departments: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """Register a receiver. The answer to this form is the only page where its secret stands."""
    said, where = " ".join(name.split()), url.strip()
    chosen = [one.value for one in Event if one.value in (events or ())]
    known = [one.id for one in parts.profile.departments if one.id in (departments or ())]
    faults = _faults(said, where, chosen, parts.profile.integrations.receivers.internal_networks)
    if faults:
        written = {"name": name, "url": url, "events": chosen, "departments": known}
        words: dict[str, Any] = _all(session, parts) | {"faults": faults, "written": written}
        return show.show(request, session, "webhooks.html", status=422, **words)
    new = NewWebhook(
        id=press, name=said, url=where, events=chosen, departments=known, at=parts.clock.now(),
        by=session.actor.account,
    )  # fmt: skip
    with parts.database.begin(session.actor) as connection:
        fresh = register_webhook(connection, new)
    secret = webhook_secret(parts.webhook_key, press) if fresh else ""
    words = _all(session, parts) | {"secret": secret, "secret_name": said}
    return show.show(request, session, "webhooks.html", **words)


@router.post("/webhooks/{webhook}/end")
def end(webhook: UUID, session: OwnForm, parts: Parts) -> Response:
    """Tell a receiver nothing any more."""
    with parts.database.begin(session.actor) as connection:
        if not end_webhook(connection, webhook, session.actor.account, parts.clock.now()):
            raise NotFound
    return RedirectResponse("/webhooks", status_code=303)


@router.post("/webhooks/deliveries/{delivery}/again")
def again(delivery: UUID, session: OwnForm, parts: Parts) -> Response:
    """Send something once more: the same id, so that a receiver knows it again."""
    with parts.database.begin(session.actor) as connection:
        if not send_again(connection, delivery, parts.clock.now()):
            raise NotFound
    return RedirectResponse("/webhooks", status_code=303)


def _faults(name: str, url: str, events: list[str], internal: tuple[str, ...]) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = "受信先の名前を、100文字までで書いてください。"
    try:
        host = read_receiver(url).host
    except ReceiverRefused:
        faults["url"] = "https:// で始まるアドレスを書いてください。名前とパスワードは書けません。"
    else:
        if is_literal(host) and not may_be_told(host, internal):
            faults["url"] = "庁内のアドレスへ送るには、市の設定（integrations.receivers）に書いてください。"
    if not events:
        faults["events"] = "知らせることを1つ以上選んでください。"
    return faults


def _all(session: Session, parts: ConsoleParts) -> dict[str, Any]:
    with parts.database.begin(session.actor) as connection:
        found, told = list_webhooks(connection), last_deliveries(connection)
    return {
        "webhooks": found,
        "deliveries": told,
        "event_names": {one.value: words for one, words in EVENT_NAMES.items()},
        "codes": CODES,
        "departments": parts.profile.departments,
        "tries": parts.profile.integrations.receivers.tries,
        "press": uuid4(),
        "secret": "",
        "secret_name": "",
        "faults": dict[str, str](),
        "written": {"name": "", "url": "", "events": [], "departments": []},
    }
