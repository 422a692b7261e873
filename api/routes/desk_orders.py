"""Orders of an operator, or of whoever helps, to a live call: hold, transfer, a softer caller, the recording.

The row is the order; the telephone side acts and writes what became of it, and the page shows that in words.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection

from api.call_form import answer
from api.deps import CallInPath, OwnForm, Parts
from api.errors import WrongInput
from api.order_texts import order_name, result_text
from api.reading.calls import CallSeen, CallsSeen
from api.routes.keys import CallOver, read_press
from core.actors import Actor
from core.errors import AccessDenied
from core.ids import CallId, LineId, PhoneId
from core.profile.model import CityProfile
from storage.call_orders import PlacedOrder, place_order
from storage.seats import sits_at_any
from telephony.call.orders import OrderKind

router = APIRouter(include_in_schema=False)

ALONE = frozenset({
    OrderKind.HOLD, OrderKind.RESUME, OrderKind.COMPLETE, OrderKind.TAKE_BACK,
    OrderKind.START_RECORDING, OrderKind.REFUSE_RECORDING,
})  # fmt: skip
TO_SOMEBODY = frozenset({OrderKind.TRANSFER, OrderKind.CONSULT})


@router.post("/calls/{call}/orders")
def order(  # noqa: PLR0913, PLR0917  the form's fields
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    kind: Annotated[str, Form()] = "",
    target: Annotated[str, Form()] = "",
    step: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/console",
) -> Response:
    """Order something of a live call. The same press twice is one order."""
    try:
        wanted = OrderKind(kind)
    except ValueError:
        raise WrongInput from None
    body = _body(parts.profile, wanted, target, step)
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
        if seen.ended_at is not None:
            raise CallOver
        if _fetches(connection, parts.profile, session.actor, seen, body):
            raise AccessDenied
        place_order(
            connection,
            PlacedOrder(
                id=read_press(press), call=seen.id, kind=wanted.value, at=parts.clock.now(),
                by=session.actor.account, body=body,
            ),
        )  # fmt: skip
    return answer(request, f"{order_name(wanted.value, step)}：{result_text(wanted.value, None)}", back)


def _fetches(
    connection: Connection, profile: CityProfile, actor: Actor, seen: CallSeen, body: dict[str, str]
) -> bool:
    """Say whether an operator would have a colleague's call come to where they sit: that is taking over.

    Whoever takes a call last may hear all of it, so it is the supervisors' to do, with a knock. A phone where
    nobody sits is no such place: a chief who never signs in may be there, and the caller is not to wait for a
    rule of ours. Who sits down at it only then owns nothing (docs/decisions/0023).
    """
    if (
        seen.content
        or seen.around_marks_alone
        or (actor.phone is not None and seen.operator_phone == actor.phone)
    ):
        return False
    line = profile.line(LineId(body.get("line", "")))
    phones = {PhoneId(body.get("phone", "")), *(line.phones if line is not None else ())}
    return sits_at_any(connection, phones)


def _body(profile: CityProfile, kind: OrderKind, target: str, step: str) -> dict[str, str]:
    """Return what belongs to an order.

    Raises:
        WrongInput: an order that is not an operator's, or a target that does not exist
    """
    if kind in ALONE:
        return {}
    if kind is OrderKind.QUIETER and step in {"0", "1", "2", "3"}:
        return {"step": step}
    if kind in TO_SOMEBODY:
        where, _, name = target.partition(":")
        if where == "phone" and profile.phone(PhoneId(name)) is not None:
            return {"phone": name}
        if where == "line" and profile.line(LineId(name)) is not None:
            return {"line": name}
    raise WrongInput
