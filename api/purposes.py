"""Reads for what somebody wants to open content, and under which case number. Nothing opens without it.

The list is the city's (profile ``purposes``); none of it is chosen for anybody.
"""

from __future__ import annotations

from core.actors import Purpose
from core.errors import DomainError
from core.profile.model import CityProfile
from core.profile.purposes import CaseNumber, ListedPurpose


class PurposeMissing(DomainError):
    """A purpose must be chosen before content opens."""

    code = "purpose-missing"
    http_status = 422


class TrainingOnlyForPractice(DomainError):
    """The purpose is one for practice calls only."""

    code = "training-only-for-practice"
    http_status = 422


class CaseNumberMissing(DomainError):
    """The purpose is one under which a case number is asked for."""

    code = "case-number-missing"
    http_status = 422


class CaseNumberWrong(DomainError):
    """What was written has none of the city's forms of case numbers; it may be a name; it is kept nowhere."""

    code = "case-number-wrong"
    http_status = 422


class CaseNumberNotAsked(DomainError):
    """The purpose has no case number, and what was written is kept nowhere."""

    code = "case-number-not-asked"
    http_status = 422


PurposeFault = (
    PurposeMissing, TrainingOnlyForPractice, CaseNumberMissing, CaseNumberWrong, CaseNumberNotAsked,
)  # fmt: skip
"""What may be wrong with a purpose; the page that asked shows it beside the question."""
FAULT_CODES = tuple(one.code for one in PurposeFault)


def purposes_for(profile: CityProfile, *, practice: bool) -> list[ListedPurpose]:
    """Return the purposes one may choose: those for practice calls only where it is one."""
    return [one for one in profile.purposes if practice or not one.practice]


def read_purpose(profile: CityProfile, chosen: str, case: str, *, practice: bool) -> Purpose:
    """Read a purpose and its case number out of a form.

    Args:
        profile: of this city
        chosen: id of a purpose
        case: what was typed as the case number
        practice: whether it is for a practice call, or may be

    Raises:
        PurposeMissing: none was chosen. There is no default.
        TrainingOnlyForPractice: the call is a real one.
        CaseNumberMissing, CaseNumberWrong, CaseNumberNotAsked
    """
    listed = next((one for one in profile.purposes if one.id == chosen), None)
    if listed is None:
        raise PurposeMissing
    if listed.practice and not practice:
        raise TrainingOnlyForPractice
    if not case.strip():
        if listed.case_number is CaseNumber.REQUIRED:
            raise CaseNumberMissing
        return listed.purpose()
    if listed.case_number is CaseNumber.NONE:
        raise CaseNumberNotAsked
    kept = profile.access.case_number(case)
    if kept is None:
        raise CaseNumberWrong
    return listed.purpose(kept)
