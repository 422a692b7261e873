"""A call whose words somebody has heard: confirmed, and in one place corrected."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from core.ids import DepartmentId
from tests.fixtures_listeners import Archived, Listener
from tests.office import DIALOGUE, HOKEN

HEARD = DIALOGUE[1][3].replace("納税", "固定資産税")
"""What a person says that the second utterance was."""
CHECKED = 6
"""Utterances of each call."""


def check(
    person: Listener, name: str, department: DepartmentId = HOKEN, *, practice: bool = False
) -> Archived:
    """Hear and confirm six utterances of a new call, and correct the second one."""
    office = person.at.office
    call = office.call(name, department=department, practice=practice)
    recording = office.record(call, department=department, practice=practice)
    office.transcribe(recording)
    own = replace(person.at, call=call, recording=recording)
    person = replace(person, at=own)
    assert person.open().status_code == 303
    said = own.utterances()
    for one in said[:CHECKED]:
        clip = person.hear(one.id)["clip"]
        answer = (
            person.post(f"/clips/{clip}/correct", utterance=one.id, correction=uuid4(), text=HEARD)
            if one is said[1]
            else person.post(f"/clips/{clip}/confirm", utterance=one.id)
        )
        assert answer.status_code in {200, 201}, answer.text
    own.make_corrections()
    return own
