"""What the vault decides of a recording by itself, whatever row-level security let through."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from core.actors import Actor, Purpose, Role
from core.ids import AccountId, DepartmentId, RequestId
from core.rights import Condition
from storage.access_rules import AROUND_MARKS, SeenRecording, judge, judge_around_marks

TAX, WELFARE = DepartmentId("zeimu"), DepartmentId("fukushi")
SATO = AccountId(uuid4())
OWN = SeenRecording(operator=SATO, department=TAX, practice=False, usable=True, destroyed=False)
PRACTISED = replace(OWN, practice=True)


def sato(*roles: Role, department: DepartmentId = TAX) -> Actor:
    return Actor(account=SATO, roles=frozenset(roles), departments=frozenset({department}))


@pytest.mark.parametrize("purpose", [Purpose.RECORD_KEEPING, Purpose.FACT_CHECK, Purpose.HARASSMENT_REVIEW])
def test_an_operators_own_call_opens_as_a_whole_for_no_purpose(purpose: Purpose) -> None:
    assert judge(sato(Role.OPERATOR), OWN, purpose) == (False, "not-visible")


def test_what_they_practised_opens_and_what_a_colleague_practised_does_not() -> None:
    colleague = replace(PRACTISED, operator=AccountId(uuid4()))

    assert judge(sato(Role.OPERATOR), PRACTISED, Purpose.TRAINING) == (True, Condition.OWN_PRACTICE)
    assert judge(sato(Role.OPERATOR), colleague, Purpose.TRAINING) == (False, "not-visible")


def test_a_supervisor_opens_the_own_department_and_no_other() -> None:
    assert judge(sato(Role.SUPERVISOR), OWN, Purpose.FACT_CHECK) == (True, Condition.OWN_DEPARTMENT)
    assert judge(sato(Role.SUPERVISOR, department=WELFARE), OWN, Purpose.FACT_CHECK) == (False, "not-visible")


@pytest.mark.parametrize(
    "roles", [(), (Role.OPERATOR,), (Role.ADMINISTRATOR,), (Role.AUDITOR,), (Role.RECORDS_OFFICER,)]
)
def test_a_row_that_slipped_through_opens_to_nobody_else(roles: tuple[Role, ...]) -> None:
    strangers = replace(OWN, operator=AccountId(uuid4()))

    assert judge(sato(*roles), strangers, Purpose.FACT_CHECK) == (False, "not-visible")


def test_what_was_accepted_opens_to_answer_the_request_in_its_own_office() -> None:
    accepted = replace(OWN, operator=None, request=RequestId(uuid4()))
    officer = sato(Role.RECORDS_OFFICER)

    assert judge(officer, accepted, Purpose.DISCLOSURE) == (True, Condition.ACCEPTED)
    assert judge(officer, accepted, Purpose.FACT_CHECK) == (False, "purpose-not-allowed")
    elsewhere = sato(Role.RECORDS_OFFICER, department=WELFARE)
    assert judge(elsewhere, accepted, Purpose.DISCLOSURE) == (False, "not-visible")


def test_around_marks_opens_only_what_the_database_says_is_theirs_to_hear() -> None:
    assert judge_around_marks(replace(OWN, around_marks=True)) == (True, AROUND_MARKS)
    assert judge_around_marks(OWN) == (False, "not-visible")
    assert judge_around_marks(None) == (False, "not-visible")
    assert judge_around_marks(replace(OWN, around_marks=True, usable=False)) == (False, "closed-for-use")
    assert judge_around_marks(replace(OWN, around_marks=True, destroyed=True)) == (False, "destroyed")
