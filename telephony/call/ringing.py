"""How an operator is found: every phone of the line rings at once, the first to answer is joined.

Some may be asked second (`second_ring`): they ring as soon as the others cannot take the call.

Two operators never meet on one call: whoever answers second is hung up, in whatever order the news arrives.
"""

from __future__ import annotations

from dataclasses import replace

from core.ids import LegId, PhoneId
from telephony.call import commands as do
from telephony.call import events as on
from telephony.call.absence import GONE, absence
from telephony.call.call import Call, LegState, OperatorLeg, Outcome, Phase, Transfer, operator_leg
from telephony.call.ending import (
    Step,
    apologise,
    drop_operators,
    end,
    give_back,
    late_leg,
    release,
    stop_waiting,
    take_apart,
)
from telephony.call.picking_up import pick_up
from telephony.call.second_ring import ring_second, second_left, when_second

JOIN_SECONDS = 4.0
JOIN_ATTEMPTS = 2
ROUNDS = 2
ROUNDS_WHEN_TAKEN_OVER = 9
"""When a process takes over a call that rings, the phones ring anew: that is no fault of the operators."""


def ring(call: Call, phones: tuple[PhoneId, ...]) -> Step:
    """Ring phones, all at once, while the caller hears ringing."""
    if not phones:
        return apologise(call)
    alone, commands = take_apart(call, cause=on.Cause.NORMAL)
    number = call.round + 1
    first = tuple(phone for phone in phones if number > 1 or phone not in call.plan.second) or phones
    new = tuple(OperatorLeg(leg=operator_leg(call.id, phone, number), phone=phone) for phone in first)
    connecting = replace(alone, phase=Phase.CONNECTING, round=number, operators=(*alone.operators, *new))
    return connecting, (
        *commands,
        do.StartRingback(leg=call.leg, playback=call.ringback),
        *(
            do.RingOperator(leg=one.leg, phone=one.phone, caller_leg=call.leg, seconds=call.plan.ring_seconds)
            for one in new
        ),
        do.SetTimer(timer=on.Timer.RING, seconds=float(call.plan.ring_seconds)),
        *when_second(connecting),
    )


def connecting(call: Call, event: on.CallEvent) -> Step | None:  # noqa: PLR0911  one return per case
    """Decide while the phones ring."""
    match event:
        case on.OperatorAnswered(leg=leg) if _state(call, leg) is LegState.RINGING:
            return _join(call, leg)
        case on.OperatorHungUp(leg=leg, cause=cause) if _state(call, leg) is LegState.RINGING:
            return _without(call, leg, cause)
        case on.ActionRefused(action=on.Action.RING_OPERATOR, reason=reason, leg=leg) if leg is not None:
            if _state(call, leg) is not LegState.RINGING:
                return call, ()
            unsure = reason is on.Refusal.TIMEOUT
            onward, commands = _without(call, leg, on.Cause.UNCERTAIN if unsure else on.Cause.UNREACHABLE)
            # The refusal may be late: the phone may ring after all.
            return onward, (do.HangUpLeg(leg=leg), *commands)
        case on.FetchAsked():
            return pick_up(call, event)
        case on.TimerFired(timer=on.Timer.SECOND):
            return ring_second(call)
        case on.TimerFired(timer=on.Timer.RING) if second_left(call):
            return ring_second(call, anew=True)  # the earlier limit was lost: nobody is turned away for it
        case on.TimerFired(timer=on.Timer.RING):
            return nobody_took_it(call, on.Cause.NO_ANSWER)
        case on.LegsJoined(operator=leg) if _state(call, leg) is LegState.OVER:
            return call, (do.HangUpLeg(leg=leg),)  # a join of the round before, given up already
        case _:
            return late_leg(call, event)


def joining(call: Call, event: on.CallEvent) -> Step | None:  # noqa: PLR0911  one return per case
    """Decide while caller and operator are put together."""
    winner = call.operator
    match event:
        case _ if winner is None:
            return None
        case on.LegsJoined(operator=leg) if leg == winner.leg:
            return talk(call, winner, event)
        case on.LegsJoined(operator=leg) if _state(call, leg) is LegState.OVER:
            return call, (do.HangUpLeg(leg=leg),)
        case on.OperatorHungUp(leg=leg) if leg == winner.leg:
            return _vanished(call, winner)
        case on.OperatorAnswered(leg=leg) if leg == winner.leg:
            return call, ()
        case on.ActionRefused(action=on.Action.JOIN_LEGS, reason=reason, leg=leg):
            if leg not in (None, winner.leg, call.leg):
                return call, ()
            if reason is on.Refusal.GONE:
                return end(call, event.at) if leg == call.leg else _vanished(call, winner)
            return _join_again(call, winner)
        case on.TimerFired(timer=on.Timer.JOIN):
            return _join_again(call, winner)
        case _:
            return late_leg(call, event)


def talk(call: Call, winner: OperatorLeg, event: on.CallEvent) -> Step:
    """Let them talk."""
    together = replace(
        call,
        phase=Phase.TALKING,
        connected_at=call.connected_at or event.at,
        operator_phone=winner.phone,
        outcome=None,
        held_at=None,
        consult=None,
        transfer=None,
    )
    return together, stop_waiting(call)


def nobody_took_it(call: Call, cause: on.Cause = on.Cause.NORMAL) -> Step:
    """Let a call that was passed on come back to where it came from, and say why; apologise for any other.

    ``cause`` is why the phones that still ring are given up.
    """
    transfer = call.transfer
    if transfer is None or transfer.returning:
        return apologise(call, cause)
    home = replace(transfer, phones=(transfer.home,), returning=True)
    return ring(replace(call, transfer=home, consult_result=_why(call, transfer, cause)), home.phones)


def find_again(call: Call, event: on.Adopted) -> Step:
    """Go on with ringing or joining after a restart, from what is still there."""
    waiting = [leg for leg in event.answered if _state(call, leg) in (LegState.RINGING, LegState.ANSWERED)]
    if waiting:
        first = call.operator.leg if call.operator and call.operator.leg in waiting else waiting[0]
        return _join(call, first)
    still = [leg for leg in event.ringing if _state(call, leg) is LegState.RINGING]
    if call.phase is Phase.CONNECTING and still:
        silent = [one for one in call.operators if one.state is LegState.RINGING and one.leg not in still]
        operators = tuple(
            replace(one, state=LegState.OVER, cause=on.Cause.NO_ANSWER) if one in silent else one
            for one in call.operators
        )
        onward, second = ring_second(replace(call, operators=operators))
        return onward, (
            # It was not there when somebody looked; an order to ring that was late may yet have been obeyed.
            *(do.HangUpLeg(leg=one.leg) for one in silent),
            do.StartRingback(leg=call.leg, playback=call.ringback),
            do.SetTimer(timer=on.Timer.RING, seconds=float(call.plan.ring_seconds)),
            *second,
        )
    if call.transfer or call.round < ROUNDS_WHEN_TAKEN_OVER:
        return ring(call, call.transfer.phones if call.transfer else call.plan.phones)
    return apologise(call)


def _why(call: Call, transfer: Transfer, given_up: on.Cause) -> str:
    """Say in one word why nobody of those whom the call was passed on to is there.

    Of several phones the one that was nearest to it counts: what rang, then what was busy.
    """
    latest = {one.phone: one for one in call.operators if one.phone in transfer.phones}.values()
    causes = [one.cause or given_up for one in latest]
    found = [absence(one) for one in causes]
    return next((word for word in ("no-answer", "busy", "unreachable") if word in found), GONE)


def _join(call: Call, leg: LegId) -> Step:
    answered = tuple(
        replace(one, state=LegState.ANSWERED) if one.leg == leg else one for one in call.operators
    )
    chosen, hang_ups = drop_operators(replace(call, operators=answered), keep=leg)
    # Ringing first ends, or Asterisk would hold the caller's leg back; then the two who wait for each other.
    # Whoever was held and is joined is held no longer; the music is ended by whoever takes a call over.
    return replace(chosen, phase=Phase.JOINING, held_at=None, phone_held_at=None, join_attempts=1), (
        do.StopRingback(leg=call.leg, playback=call.ringback),
        do.JoinLegs(bridge=call.bridge, caller=call.leg, operator=leg),
        *hang_ups,
        *stop_waiting(call),
        do.SetTimer(timer=on.Timer.JOIN, seconds=JOIN_SECONDS),
    )


def _join_again(call: Call, winner: OperatorLeg) -> Step:
    if call.join_attempts >= JOIN_ATTEMPTS:
        return give_back(call)
    return replace(call, join_attempts=call.join_attempts + 1), (
        do.JoinLegs(bridge=call.bridge, caller=call.leg, operator=winner.leg),
        do.SetTimer(timer=on.Timer.JOIN, seconds=JOIN_SECONDS),
    )


def _without(call: Call, leg: LegId, cause: on.Cause) -> Step:
    operators = tuple(
        replace(one, state=LegState.OVER, cause=cause) if one.leg == leg else one for one in call.operators
    )
    fewer = replace(call, operators=operators)
    if any(one.state is LegState.RINGING for one in operators):
        return fewer, ()
    if second_left(fewer):
        return ring_second(fewer)
    if all(one.cause is on.Cause.UNCERTAIN for one in operators):
        # Nobody was away: we could not ask anybody. The dialplan can.
        return give_back(fewer)
    return nobody_took_it(fewer)


def _vanished(call: Call, winner: OperatorLeg) -> Step:
    if call.transfer and not call.transfer.returning:
        return nobody_took_it(call)
    if call.connected_at:
        return release(call, Outcome.TALKED)  # They had talked; only our restart lies between.
    rest = tuple(phone for phone in call.plan.phones if phone != winner.phone)
    return _next_round(call, rest or (winner.phone,))


def _next_round(call: Call, phones: tuple[PhoneId, ...]) -> Step:
    return ring(call, phones) if call.round < ROUNDS else apologise(call)


def _state(call: Call, leg: LegId) -> LegState | None:
    return next((one.state for one in call.operators if one.leg == leg), None)
