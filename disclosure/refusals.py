"""What a request refuses, each with its code. A refusal changes nothing."""

from __future__ import annotations

from core.errors import DomainError


class RequestStage(DomainError):
    """The request does not stand where this step begins."""

    code = "request-stage"
    http_status = 409


class RequestWordsMissing(DomainError):
    """This step says why, by whom or under which number, in words of its own."""

    code = "request-words-missing"
    http_status = 422


class IdentityMissing(DomainError):
    """Nobody has checked who asks: what is decided might reach somebody else than the person it is about."""

    code = "identity-missing"
    http_status = 409


class AgentNotCleared(DomainError):
    """A legal agent asks, and nobody has looked yet whether the agent stands against the subject."""

    code = "agent-not-cleared"
    http_status = 409


class RemediesNotTold(DomainError):
    """A decision says in writing how it can be contested (行政不服審査法 第82条)."""

    code = "remedies-not-told"
    http_status = 409


class ThirdPersonWaiting(DomainError):
    """A third person still has time to answer."""

    code = "third-person-waiting"
    http_status = 409


class ObjectorNotTold(DomainError):
    """Whoever objected is told at once, with the reason and the day (第86条第3項)."""

    code = "objector-not-told"
    http_status = 409


class TooEarly(DomainError):
    """Two weeks lie between a decision against an objection and the disclosure (第86条第3項)."""

    code = "too-early"
    http_status = 409


class DayWrong(DomainError):
    """A day that cannot be: before what it follows, or in the future."""

    code = "day-wrong"
    http_status = 422


class NothingToDisclose(DomainError):
    """The decision discloses nothing."""

    code = "nothing-to-disclose"
    http_status = 409


class RemediesOpen(DomainError):
    """The decision can still be contested, or is: the request stays, and with it what is held for it."""

    code = "remedies-open"
    http_status = 409


class FoundOpen(DomainError):
    """Of something that was found nobody has said whether it belongs to the request."""

    code = "found-open"
    http_status = 409
