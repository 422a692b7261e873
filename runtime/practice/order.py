"""What a practice call is asked to do, and what came of it. Both travel between two processes as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from core.errors import NotFound
from core.profile.model import CityProfile
from runtime.pbx_secrets import PbxSecrets


class Side(StrEnum):
    """One of the two who talk."""

    CALLER = "caller"
    OPERATOR = "operator"


class OperatorConduct(StrEnum):
    """What the operator's phone does when it rings."""

    ANSWER = "answer"
    REJECT = "reject"  # as a phone that is busy
    IGNORE = "ignore"
    AWAY = "away"  # not even registered


class Moment(StrEnum):
    """How far a practice call has come; said aloud while it runs."""

    DIALLING = "dialling"
    ANSWERED = "answered"  # the hall took the call: the announcement begins
    RINGING = "ringing"  # the operator's phone rings
    TALKING = "talking"  # both sides are connected and the dialogue begins
    SPOKEN = "spoken"  # the dialogue is over, nobody has hung up yet
    ENDED = "ended"


class NoPracticeLine(NotFound):
    """プロファイルに練習用の窓口と「練習の相手」がありません。"""

    code = "no-practice-line"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOrder:
    """Who calls whom, with which dialogue. Times are seconds."""

    scenario: str = "d1"
    address: str
    port: int
    number: str
    caller: str
    caller_password: str = field(repr=False)
    operator: str
    operator_password: str = field(repr=False)
    conduct: OperatorConduct = OperatorConduct.ANSWER
    seconds: float | None = None
    answer_after: float = 1.0
    digits: str = ""
    digits_after: float = 1.0
    hangs_up: Side = Side.CALLER
    connect_within: float = 60.0
    heard: str | None = None

    @classmethod
    def of_city(cls, profile: CityProfile, secrets: PbxSecrets, address: str, port: int) -> PracticeOrder:
        """Order a call on the city's practice line; change details with ``dataclasses.replace``.

        Raises:
            NoPracticeLine: the profile has no practice line or no practice caller.
        """
        line = next((one for one in profile.lines if one.practice), None)
        caller = next((trunk for trunk in profile.trunks if trunk.practice), None)
        if line is None or caller is None:
            raise NoPracticeLine
        return cls(
            address=address,
            port=port,
            number=line.numbers[0],
            caller=caller.id,
            caller_password=secrets.practice_password(),
            operator=line.phones[0],
            operator_password=secrets.phone_password(line.phones[0]),
        )

    def to_json(self) -> str:
        """Write the order on one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> PracticeOrder:
        """Read an order."""
        told: dict[str, Any] = json.loads(text)
        told["conduct"] = OperatorConduct(told["conduct"])
        told["hangs_up"] = Side(told["hangs_up"])
        return cls(**told)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeOutcome:
    """What came of a practice call. Times are seconds since dialling, or None when it never came to that.

    ``caller_digits`` are the key presses that reached the caller; there must be none. The heard sound lies in
    ``caller_heard`` and ``operator_heard`` (WAV), each beginning when that side was connected.
    """

    connected: bool
    answered_after: float | None
    rang_after: float | None
    talking_after: float | None
    ended_after: float
    talked: float
    hung_up_by: str
    refused_with: int | None
    caller_digits: str
    caller_heard: str | None
    operator_heard: str | None

    def to_json(self) -> str:
        """Write the outcome on one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> PracticeOutcome:
        """Read an outcome."""
        return cls(**json.loads(text))
