"""Orders of an operator about people outside the hall: bring somebody into the call, and let them go.

Only whoever has the call, or may hear it as a supervisor, brings somebody in: it tells a citizen's affair to
others, with the citizen's consent. A number that is typed is sealed before it is written anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.call_form import answer
from api.deps import CallInPath, OwnForm, Parts
from api.errors import WrongInput
from api.order_texts import ORDER_NAMES, result_text
from api.parts import ConsoleParts
from api.reading.calls import CallSeen, CallsSeen
from api.routes.keys import CallOver, read_press
from core.errors import AccessDenied
from core.ids import CallId, LineId
from core.profile.rules_outside import OUTSIDE_NUMBER
from storage.call_orders import PlacedOrder, place_order
from telephony.asterisk.outside_lines import e164_of
from telephony.call.orders import OrderKind
from telephony.call.outside_orders import FIRST, PARTY, SEALED

router = APIRouter(include_in_schema=False)

_BETWEEN_DIGITS = re.compile(r"[\s()\-‐－ー・]")


@router.post("/calls/{call}/outside")
def bring_in(  # noqa: PLR0913, PLR0917  the form's fields
    request: Request,
    call: CallInPath,
    session: OwnForm,
    parts: Parts,
    kind: Annotated[str, Form()] = "",
    party: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    first: Annotated[str, Form()] = "",
    press: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/console",
) -> Response:
    """Order somebody from outside into a live call, or out of it. The same press twice is one order."""
    if kind not in (OrderKind.BRING_IN.value, OrderKind.LET_GO.value):
        raise WrongInput
    with parts.database.begin(session.actor) as connection:
        seen = CallsSeen(connection, session.actor, parts.numbers).one(CallId(call))
        if seen.ended_at is not None:
            raise CallOver
        body = dict[str, str]()
        if kind == OrderKind.BRING_IN.value:
            here = session.actor.phone is not None and seen.operator_phone == session.actor.phone
            if not (seen.content or seen.around_marks_alone or here):
                raise AccessDenied
            body = _whom(parts, seen, party, number) | ({FIRST: "1"} if first == "1" else {})
        place_order(
            connection,
            PlacedOrder(
                id=read_press(press), call=seen.id, kind=kind, at=parts.clock.now(),
                by=session.actor.account, body=body,
            ),
        )  # fmt: skip
    return answer(request, f"{ORDER_NAMES[kind]}：{result_text(kind, None)}", back)


def _whom(parts: ConsoleParts, seen: CallSeen, party: str, number: str) -> dict[str, str]:
    """Return whom to call, with the number sealed.

    Raises:
        WrongInput: nobody the profile lets this line call, or no number in Japan
    """
    profile, line = parts.profile, parts.profile.line(LineId(seen.line))
    if line is None:
        raise WrongInput
    if party:
        who = profile.outside.party(party)
        if who is None or party not in profile.outside.reachable(line.department, practice=line.practice):
            raise WrongInput
        plain = who.number
    else:
        plain = _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", number))
        allowed = profile.outside.numbers_typed(line.department, practice=line.practice)
        if not allowed or not OUTSIDE_NUMBER.fullmatch(plain) or plain in profile.emergency_numbers:
            raise WrongInput
    sealed, same = parts.numbers.seal(e164_of(plain))
    # Sealed twice a number looks different; the hash says whether it is the same press again.
    return {PARTY: party, SEALED: b64encode(sealed).decode(), "hash": b64encode(same).decode()}
