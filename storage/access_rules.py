"""Who may open a recording, and for what: pure, default no. Row-level security says the same once more below.

A row reaches these rules only if the actor's rights let it be seen: operators the calls they practised,
supervisors their departments, records officers what was accepted for a request, auditors and administrators
nothing. By which right it opens is asked of ``core/rights.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from core.access_terms import PRACTICE_ONLY
from core.actors import Actor, Purpose
from core.errors import AccessDenied, DomainError
from core.ids import AccountId, DepartmentId, RequestId
from core.rights import Condition, Matter, allows, rules_of

URGENT_OPENING = "urgent-opening"
AROUND_MARKS: Literal["around-marks"] = "around-marks"
DISCLOSURE = Purpose.DISCLOSURE.id
"""What a recording that was accepted for a request opens for, whatever purposes the city lists."""


class ClosedForUse(DomainError):
    """未告知: no proof that the announcement was played, so this waits for a supervisor to open it."""

    code = "closed-for-use"
    http_status = 403


class RecordingDestroyed(DomainError):
    """The recording was destroyed when its period was over; only the certificate is left."""

    code = "recording-destroyed"
    http_status = 410


class PurposeNotAllowed(DomainError):
    """Only practice calls may be opened for this purpose."""

    code = "purpose-not-allowed"
    http_status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRecording:
    """What the rules need to know of a recording the actor can see."""

    operator: AccountId | None
    department: DepartmentId
    practice: bool
    usable: bool
    destroyed: bool
    request: RequestId | None = None
    """The open request of the actor's for which it was accepted."""
    opening: UUID | None = None
    """The actor's own urgent opening (緊急閲覧) that reaches it; it is not of their departments then."""
    around_marks: bool = False
    """The actor writes its call's record, or listens for whoever does."""


def judge(
    actor: Actor,
    seen: SeenRecording | None,
    purpose: Purpose,
    practice_only: frozenset[str] = PRACTICE_ONLY,
) -> tuple[bool, str]:
    """Decide whether somebody may open a recording.

    Args:
        actor: who asks
        seen: the recording under the actor's own rights; None if there is none or it may not be seen
        purpose: why; no default anywhere
        practice_only: ids of purposes that open practice calls alone

    Returns:
        granted, and the reason as a stable code
    """
    if seen is None:
        return False, "not-visible"
    if seen.destroyed:
        return False, "destroyed"
    if not seen.usable:
        return False, "closed-for-use"
    if purpose.id in practice_only and not seen.practice:
        return False, "purpose-not-allowed"
    return _by_right(actor, seen, purpose)


def _by_right(actor: Actor, seen: SeenRecording, purpose: Purpose) -> tuple[bool, str]:
    """Name the right by which it opens: the narrowest of those that the actor's roles give."""
    if seen.opening is not None:
        return allows(actor.roles, Matter.URGENT), URGENT_OPENING
    if seen.department not in actor.departments:
        return False, "not-visible"
    held = {rule.condition for rule in rules_of(actor.roles, Matter.CONTENT)}
    if Condition.OWN_PRACTICE in held and seen.practice and seen.operator == actor.account:
        return True, Condition.OWN_PRACTICE
    if Condition.OWN_DEPARTMENT in held:
        return True, Condition.OWN_DEPARTMENT
    if Condition.ACCEPTED in held and seen.request is not None:
        # Accepted for a request, it opens to answer that request and for nothing else.
        return (True, Condition.ACCEPTED) if purpose.id == DISCLOSURE else (False, "purpose-not-allowed")
    return False, "not-visible"


def judge_around_marks(seen: SeenRecording | None) -> tuple[bool, str]:
    """Decide whether somebody may hear and read what lies around a call's marks, and nothing else of it.

    Args:
        seen: the recording, as a transaction sees it that asked by marks

    Returns:
        granted, and the reason as a stable code
    """
    if seen is None:
        return False, "not-visible"
    if seen.destroyed:
        return False, "destroyed"
    if not seen.usable:
        return False, "closed-for-use"
    return (True, AROUND_MARKS) if seen.around_marks else (False, "not-visible")


def refusal(reason: str) -> DomainError:
    """Return the error that tells a person why; what may not be seen and what is not there sound the same."""
    errors = {
        "destroyed": RecordingDestroyed,
        "closed-for-use": ClosedForUse,
        "purpose-not-allowed": PurposeNotAllowed,
    }
    return errors.get(reason, AccessDenied)()
