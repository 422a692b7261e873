"""The words in which events speak: why a leg ended, what was refused and how, and which limit passed."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why an operator's leg ended, as far as the caller's apology and our figures need to know."""

    NORMAL = "normal"  # Q.850 16, and whatever fits nowhere else
    BUSY = "busy"  # 17
    NO_ANSWER = "no-answer"  # 18, 19, and a ring limit of Asterisk's
    REJECTED = "rejected"  # 21
    UNREACHABLE = "unreachable"  # 3, 20, 27, 38 …: not registered, no route, no such phone
    UNCERTAIN = "uncertain"  # our request to ring got no answer; the phone may be in order


class Action(StrEnum):
    """Names of the commands that Asterisk can refuse."""

    ANSWER_CALLER = "answer-caller"
    PLAY_ANNOUNCEMENT = "play-announcement"
    STOP_ANNOUNCEMENT = "stop-announcement"
    START_RINGBACK = "start-ringback"
    STOP_RINGBACK = "stop-ringback"
    RING_OPERATOR = "ring-operator"
    JOIN_LEGS = "join-legs"
    HOLD_CALLER = "hold-caller"
    STOP_MUSIC = "stop-music"
    LEAVE_BRIDGE = "leave-bridge"
    JOIN_CONSULT = "join-consult"
    ANSWER_REFER = "answer-refer"
    HANG_UP_LEG = "hang-up-leg"
    REMOVE_BRIDGE = "remove-bridge"
    RETURN_TO_DIALPLAN = "return-to-dialplan"
    LISTEN_IN = "listen-in"
    JOIN_GUEST = "join-guest"
    TELL_BOTH = "tell-both"
    START_RECORDING = "start-recording"
    STOP_RECORDING = "stop-recording"


class Refusal(StrEnum):
    """How Asterisk refused."""

    GONE = "gone"  # 404: the leg, playback or bridge is not there (any more)
    CONFLICT = "conflict"  # 409, 412: there, but not in a state for this
    INVALID = "invalid"  # 400, 422
    TIMEOUT = "timeout"  # no answer, or the connection was lost: it may have happened or not
    FAILED = "failed"  # 5xx and anything else; a phone that is not registered is refused like this


class Timer(StrEnum):
    """Every wait has a limit, and each kind of wait has one timer per call."""

    ANSWER = "answer"
    ANNOUNCEMENT = "announcement"
    RING = "ring"
    SECOND = "second"  # from then on the phones ring that were not asked first
    JOIN = "join"
    APOLOGY = "apology"
    RELEASE = "release"
    RETURN = "return"
    CONSULT = "consult"
    GUEST = "guest"
    OUTSIDE = "outside"
