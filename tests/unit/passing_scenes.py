"""Where a call stands that is held, passed on, or about which a colleague is asked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.call import Call, Phase, operator_leg
from telephony.call.orders import OrderKind
from tests.unit.call_scenes import (
    CALL,
    FIRST,
    NOON,
    SECOND,
    THIRD,
    TO_TALKING,
)

LATER = NOON + timedelta(minutes=1)
ORDER = str(UUID(int=7))
ASKED = operator_leg(CALL, SECOND, 2)
OTHER = operator_leg(CALL, THIRD, 2)
HOME_AGAIN = operator_leg(CALL, FIRST, 3)
BRIDGE, ASIDE = f"br-{CALL}", f"cb-{CALL}"


def ordered(kind: OrderKind, *phones: PhoneId) -> on.Ordered:
    body = {"phones": ",".join(phones)} if phones else {}
    return on.Ordered(at=LATER, order=ORDER, kind=kind.value, body=body)


def answered(leg: LegId) -> on.OperatorAnswered:
    return on.OperatorAnswered(at=LATER, leg=leg)


TO_HELD = (*TO_TALKING, ordered(OrderKind.HOLD))
TO_PASSED_ON = (*TO_TALKING, ordered(OrderKind.TRANSFER, SECOND))
TO_ASKING = (*TO_TALKING, ordered(OrderKind.CONSULT, SECOND))
TO_ASKED = (*TO_ASKING, answered(ASKED), on.ConsultJoined(at=LATER, target=ASKED))


def result(commands: tuple[do.Command, ...]) -> str:
    (one,) = (one.result for one in commands if isinstance(one, do.ConcludeOrder))
    return one


def joined_with(commands: tuple[do.Command, ...]) -> LegId:
    (one,) = (one.operator for one in commands if isinstance(one, do.JoinLegs))
    return one


def is_with(call: Call, leg: LegId) -> bool:
    return call.phase is Phase.JOINING and call.operator is not None and call.operator.leg == leg
