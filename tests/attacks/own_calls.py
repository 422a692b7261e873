"""An operator's own call: all of it, where only the moments around the marks are theirs, or too late."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from core.actors import Role
from core.ids import DepartmentId
from storage import holds, text_cards
from tests.attacks.attack import Attack
from tests.attacks.foreign_ids import NOT_FOUND, SAID, is_done, utterance
from tests.attacks.switches import everybody_is, patched, rows, without
from transcription.around_marks import Moments

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

SHIMIN = DepartmentId("shimin")
SUPERVISORS = everybody_is(Role.SUPERVISOR, Role.OPERATOR)
NOT_VISIBLE = "knock:read:not-visible"
MARK = 5 * 60.0
"""Seconds after the first sample: what was said stands in the first minute."""


def all_of_it_is_read(hall: AttackedHall) -> bool:
    hall.open(hall.sato, hall.over)
    return SAID in hall.sato.get(f"/calls/{hall.over}").text


def all_of_it_is_heard(hall: AttackedHall) -> bool:
    hall.open(hall.sato, hall.over)
    sound = re.search(r"/recordings/[0-9a-f-]{36}/audio", hall.sato.get(f"/calls/{hall.over}").text)
    return sound is not None and hall.sato.get(sound[0]).status_code == 200


def it_is_found_by_its_words(hall: AttackedHall) -> bool:
    asked = {"since": "2020-01-01", "until": "2099-01-01", "purpose": "record-keeping"}
    where = hall.post(hall.sato, "/search", words=SAID, **asked).headers["location"]
    return str(hall.over) in hall.sato.get(where).text


def one_word_is_played(hall: AttackedHall) -> bool:
    hall.open(hall.sato, hall.over)
    return is_done(hall, hall.sato, f"/calls/{hall.over}/clips", utterance=utterance(hall))


def it_is_quoted(hall: AttackedHall) -> bool:
    hall.open(hall.sato, hall.over)
    quote = {"quote": str(uuid4()), "start": "0", "end": "2"}
    return is_done(hall, hall.sato, f"/calls/{hall.over}/quotes", utterance=utterance(hall), **quote)


def the_first(*_: object) -> int:
    """Say of anything that it lies in the first moment."""
    return 0


def words_far_from_the_mark_are_read(hall: AttackedHall) -> bool:
    """Under the right to what is around a mark that lies four minutes after them."""
    call = hall.office.call(f"far{next(hall.numbers)}", operator_id=hall.accounts["sato"])
    recording = hall.office.record(call, operator=hall.accounts["sato"])
    hall.office.transcribe(recording)
    hall.owned("UPDATE recordings SET samples = 600 * sample_rate WHERE id = :id", id=recording)
    hall.owned(
        "INSERT INTO call_marks (id, call_id, at, source) SELECT :id, subject, started_at + :after, 'phone'"
        " FROM recordings WHERE id = :recording",
        id=uuid4(), after=timedelta(seconds=MARK), recording=recording,
    )  # fmt: skip
    place = hall.post(hall.sato, f"/calls/{call}/around-marks").headers["location"]
    return SAID in hall.sato.get(place).text


def hold_is_lifted(hall: AttackedHall) -> bool:
    """By the address of a recording of one's own department."""
    foreign = hall.recorded()[1]
    own = hall.office.call(f"own{next(hall.numbers)}", department=SHIMIN, line="shimin")
    ours = hall.office.record(own, department=SHIMIN, seconds=1.0)
    now = hall.office.parts.clock.now()
    hold = hall.wrote(
        "recording_holds",
        recording_id=foreign,
        reason="訴訟",
        placed_by=hall.accounts["kanri"],
        placed_at=now,
    )
    hall.post(hall.hoka, f"/destruction/{ours}/holds/{hold}/lift", reason="もういらない")
    return hall.owned("SELECT lifted_at FROM recording_holds WHERE id = :id", id=hold)[0][0] is not None


def card_is_called_seen(hall: AttackedHall) -> bool:
    """By a colleague who sees the call, so that its operator never learns of the line."""
    now = hall.office.parts.clock.now()
    card = hall.wrote("text_cards", call_id=hall.live, text="かわります", at=now, by=hall.accounts["kanri"])
    hall.post(hall.suzuki, f"/calls/{hall.live}/cards/{card}/seen")
    return hall.owned("SELECT seen_at FROM text_cards WHERE id = :id", id=card)[0][0] is not None


ATTACKS = (
    Attack(
        name="all words of the own call", guard=SUPERVISORS, told=NOT_VISIBLE, attempt=all_of_it_is_read
    ),
    Attack(
        name="all sound of the own call", guard=SUPERVISORS, told=NOT_VISIBLE, attempt=all_of_it_is_heard
    ),
    Attack(
        name="a search in what was said in the own call", guard=SUPERVISORS, told=None,
        attempt=it_is_found_by_its_words,
    ),
    Attack(
        name="a clip of the own call", guard=SUPERVISORS, told=NOT_FOUND, attempt=one_word_is_played
    ),
    Attack(name="a quote out of the own call", guard=SUPERVISORS, told=NOT_FOUND, attempt=it_is_quoted),
    Attack(
        name="words of the own call that were said far from its mark", told=None,
        guard=patched(Moments, "within", the_first), behind=(rows("utterances"),),
        attempt=words_far_from_the_mark_are_read,
    ),
    Attack(
        name="lifting another department's hold by the address of an own recording", told=NOT_FOUND,
        guard=rows("recording_holds"),
        behind=(without(holds, "_LIFT", " AND recording_id = :recording"),), attempt=hold_is_lifted,
    ),
    Attack(
        name="calling a line seen that is for a colleague", told="console.refused:access-denied",
        guard=without(
            text_cards, "_SEEN",
            "\n       AND EXISTS (SELECT 1 FROM calls c WHERE c.id = call_id\n                      AND"
            " (c.operator_id = :by OR c.operator_phone = CAST(:phone AS text)))",
        ),
        behind=(rows("text_cards"),), attempt=card_is_called_seen,
    ),
)  # fmt: skip
