"""What a case refuses, each with its code. A refusal changes nothing."""

from __future__ import annotations

from core.errors import DomainError


class NotAJudge(DomainError):
    """Somebody who was not called to judge this case gave a view."""

    code = "not-a-judge"
    http_status = 403


class OwnCallJudged(DomainError):
    """Whoever talked in a call of the case leaves its judgement to others."""

    code = "own-call-judged"
    http_status = 403


class NotYourStep(DomainError):
    """This step is somebody else's to take."""

    code = "not-your-step"
    http_status = 403


class SamePersonTwice(DomainError):
    """The one who checked a case cannot be the one who agrees: two people, never one."""

    code = "same-person-twice"
    http_status = 409


class WrongStage(DomainError):
    """The case does not stand where this step begins."""

    code = "wrong-stage"
    http_status = 409


class FindingMissing(DomainError):
    """Without a finding of several people that stands, no handling is ended and nothing lasting is done."""

    code = "finding-missing"
    http_status = 409


class PoliceNotTold(DomainError):
    """行政対象暴力 has its own route: what was told to the police is written down first."""

    code = "police-not-told"
    http_status = 409


class JudgesMissing(DomainError):
    """Fewer people may judge this case than its rule demands."""

    code = "judges-missing"
    http_status = 409


class CaseWordsMissing(DomainError):
    """This step says why, in words of its own."""

    code = "case-words-missing"
    http_status = 422


class UnknownKind(DomainError):
    """A type or an act that the policy of this case does not have."""

    code = "unknown-kind"
    http_status = 422
