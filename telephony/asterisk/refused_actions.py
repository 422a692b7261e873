"""How Asterisk refused, in our words, and which commands it can refuse."""

from __future__ import annotations

from telephony.asterisk.ari_errors import AriAway, AriError, AriRefused
from telephony.call import commands as do
from telephony.call.events import Action, Refusal


def refusal_of(error: AriError) -> Refusal:
    """Say in our words how Asterisk refused."""
    if isinstance(error, AriAway):
        return Refusal.TIMEOUT
    match error.status if isinstance(error, AriRefused) else 0:
        case 404:
            return Refusal.GONE
        case 409 | 412:
            return Refusal.CONFLICT
        case 400 | 422:
            return Refusal.INVALID
        case _:
            return Refusal.FAILED


ACTIONS: dict[type[do.Command], Action] = {
    do.AnswerCaller: Action.ANSWER_CALLER,
    do.PlayAnnouncement: Action.PLAY_ANNOUNCEMENT,
    do.StopAnnouncement: Action.STOP_ANNOUNCEMENT,
    do.StartRingback: Action.START_RINGBACK,
    do.StopRingback: Action.STOP_RINGBACK,
    do.RingOperator: Action.RING_OPERATOR,
    do.JoinLegs: Action.JOIN_LEGS,
    do.HoldCaller: Action.HOLD_CALLER,
    do.StopMusic: Action.STOP_MUSIC,
    do.LeaveBridge: Action.LEAVE_BRIDGE,
    do.JoinConsult: Action.JOIN_CONSULT,
    do.AnswerRefer: Action.ANSWER_REFER,
    do.HangUpLeg: Action.HANG_UP_LEG,
    do.RemoveBridge: Action.REMOVE_BRIDGE,
    do.ReturnToDialplan: Action.RETURN_TO_DIALPLAN,
    do.ListenIn: Action.LISTEN_IN,
    do.SetAside: Action.LISTEN_IN,
    do.JoinGuest: Action.JOIN_GUEST,
    do.TellBoth: Action.TELL_BOTH,
    do.RingOutside: Action.RING_OPERATOR,
    do.FetchColleague: Action.RING_OPERATOR,
    do.LetItRing: Action.START_RINGBACK,
    do.StartRecording: Action.START_RECORDING,
    do.StopRecording: Action.STOP_RECORDING,
}

ENDINGS = (
    Action.STOP_ANNOUNCEMENT, Action.STOP_MUSIC, Action.ANSWER_REFER, Action.STOP_RINGBACK,
    Action.HANG_UP_LEG, Action.REMOVE_BRIDGE,
)  # fmt: skip
"""What is to be gone may be gone already."""
