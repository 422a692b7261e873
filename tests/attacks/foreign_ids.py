"""Ids of what is somebody else's, put into an address or a form by a person who is signed in."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from api.reading.calls import CallsSeen
from api.reading.live_text import Watcher
from api.routes import live_text, sign_in
from core.actors import Role
from core.ids import PhoneId
from storage import call_notes, grants
from tests.attacks.attack import Attack
from tests.attacks.switches import both, everybody_is, nods, patched, rows, without

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall
    from tests.fixtures_console import Visitor

NOT_FOUND = "console.refused:not-found"
SAID = "番号なんかどうでもいいだろう"
"""Of what the caller said in the call that is over."""

OTHERS_GRANT = without(grants, "_GRANTED", " AND actor = :account")
OTHER_SESSION = without(grants, "_GRANTED", " AND session_hash IS NOT DISTINCT FROM CAST(:session AS bytea)")


def is_shown(hall: AttackedHall, path: str) -> bool:
    return hall.hoka.get(path).status_code == 200


def is_done(hall: AttackedHall, who: Visitor, path: str, **fields: str) -> bool:
    return hall.post(who, path, **fields).status_code in {200, 201, 303}


def promise_is_kept(hall: AttackedHall) -> bool:
    now = hall.office.parts.clock.now()
    promise = hall.wrote(
        "promises", department="hoken-nenkin", call_id=hall.live, what="折り返す", who="係長", due_at=now,
        made_at=now, made_by=hall.accounts["sato"],
    )  # fmt: skip
    return is_done(hall, hall.hoka, f"/promises/{promise}/kept")


def help_is_accepted(hall: AttackedHall) -> bool:
    request = hall.wrote(
        "help_requests", call_id=hall.live, source="console", asked_at=hall.office.parts.clock.now(),
        asked_by=hall.accounts["sato"],
    )  # fmt: skip
    hall.post(hall.hoka, f"/help/{request}/accept")
    return hall.owned("SELECT accepted_by FROM help_requests WHERE id = :id", id=request)[0][0] is not None


def note_is_overwritten(hall: AttackedHall) -> bool:
    note = str(uuid4())
    assert is_done(hall, hall.sato, f"/calls/{hall.live}/notes", text="納付書の件", note=note)
    hall.post(hall.suzuki, f"/calls/{hall.live}/notes", text="別の話", note=note)
    return hall.owned("SELECT text FROM call_notes WHERE id = :id", id=UUID(note))[0][0] == "別の話"


def query(hall: AttackedHall, name: str | None) -> UUID:
    now = datetime.now(UTC)
    asked = {
        "words": "番号", "after": (now - timedelta(days=9)).isoformat(), "before": now.isoformat(),
        "departments": ["hoken-nenkin"], "purpose": "fact-check",
    }  # fmt: skip
    return hall.wrote(
        "saved_queries", account_id=hall.accounts["kanri"], query=json.dumps(asked), created_at=now, name=name
    )


def seat_is_taken(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    return is_done(hall, hall.arrive(account), "/phone", phone="shimin2")


def hold_is_placed(hall: AttackedHall) -> bool:
    _, recording = hall.recorded()
    return is_done(hall, hall.hoka, f"/destruction/{recording}/hold", reason="残してください")


def grant_of(hall: AttackedHall, who: str) -> UUID:
    assert is_done(hall, hall.people[who], f"/calls/{hall.over}/open", purpose="fact-check")
    given = [one for one in hall.office.knocks() if one.act == "listen" and one.granted]
    return given[-1].id


def colleague_s_play_goes_on(hall: AttackedHall) -> bool:
    _, account = hall.newcomer(Role.SUPERVISOR)
    return hall.arrive(account).get(f"/recordings/{grant_of(hall, 'kanri')}/audio").status_code == 200


def play_goes_on_elsewhere(hall: AttackedHall) -> bool:
    grant, elsewhere = grant_of(hall, "kanri"), hall.arrive(hall.accounts["kanri"])
    return elsewhere.get(f"/recordings/{grant}/audio").status_code == 200


def utterance(hall: AttackedHall) -> str:
    return str(
        hall.owned(
            "SELECT id FROM utterances WHERE recording_id = :recording"
            " ORDER BY start_seconds OFFSET 3 LIMIT 1",
            recording=hall.recording,
        )[0][0]
    )


def clip_is_sent(hall: AttackedHall) -> bool:
    hall.open(hall.kanri, hall.over)
    clip = hall.post(hall.kanri, f"/calls/{hall.over}/clips", utterance=utterance(hall)).json()
    _, account = hall.newcomer(Role.SUPERVISOR)
    return hall.arrive(account).get(clip["sound"]).status_code == 200


def quote_is_read(hall: AttackedHall) -> bool:
    hall.open(hall.kanri, hall.over)
    quote = str(uuid4())
    made = hall.post(
        hall.kanri, f"/calls/{hall.over}/quotes", quote=quote, utterance=utterance(hall), start="0", end="2"
    )
    assert made.status_code == 201, made.text
    hall.open(hall.hoka, hall.over)
    return is_shown(hall, f"/quotes/{quote}")


def sound_is_heard(hall: AttackedHall) -> bool:
    hall.open(hall.hoka, hall.over)
    address = re.search(r"/recordings/[0-9a-f-]{36}/audio", hall.hoka.get(f"/calls/{hall.over}").text)
    return address is not None and is_shown(hall, address[0])


def words_are_read(hall: AttackedHall) -> bool:
    hall.open(hall.hoka, hall.over)
    return SAID in hall.hoka.get(f"/calls/{hall.over}").text


def colleague_s_words_are_read(hall: AttackedHall) -> bool:
    hall.open(hall.suzuki, hall.over)
    return SAID in hall.suzuki.get(f"/calls/{hall.over}").text


def colleague_reads_along(hall: AttackedHall) -> bool:
    _, account = hall.newcomer()
    return is_done(hall, hall.arrive(account), f"/calls/{hall.live}/live-text/watch")


def read_as_supervisor(*_: object) -> Watcher:
    return Watcher.SUPERVISOR


CALLS = both(rows("calls"), patched(CallsSeen, "_theirs", nods))
RECORDINGS = rows("recordings")
ATTACKS = (
    Attack(
        name="the page of another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, f"/calls/{hall.over}"),
    ),
    Attack(
        name="the part of that page that changes", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, f"/calls/{hall.over}/state"),
    ),
    Attack(
        name="standing beside another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, f"/live/{hall.live}"),
    ),
    Attack(
        name="the card of another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, f"/console/calls/{hall.live}"),
    ),
    Attack(
        name="pressing the flag in another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_done(hall, hall.hoka, f"/calls/{hall.live}/flag"),
    ),
    Attack(
        name="calling for help in another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_done(hall, hall.hoka, f"/calls/{hall.live}/help"),
    ),
    Attack(
        name="putting another department's caller on hold", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_done(hall, hall.hoka, f"/calls/{hall.live}/orders", kind="hold"),
    ),
    Attack(
        name="a note beside another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_done(
            hall, hall.hoka, f"/calls/{hall.live}/notes", text="x", note=str(uuid4())
        ),
    ),
    Attack(
        name="a line on the screen of another department's operator", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_done(hall, hall.hoka, f"/calls/{hall.live}/cards", words="切って"),
    ),
    Attack(
        name="starting a clock in another department's call", guard=CALLS, told=NOT_FOUND,
        attempt=lambda hall: is_done(
            hall, hall.hoka, f"/calls/{hall.live}/clocks", kind="agreed", minutes="30"
        ),
    ),
    Attack(
        name="holding back another department's recording", guard=RECORDINGS, attempt=hold_is_placed,
        told="console.refused:access-denied",
    ),
    Attack(
        name="approving the destruction of another department's recording", guard=RECORDINGS,
        told="console.refused:nothing-to-approve",
        attempt=lambda hall: is_done(hall, hall.hoka, f"/destruction/{hall.recording}/approve"),
    ),
    Attack(
        name="calling another department's promise kept", guard=rows("promises"), told=NOT_FOUND,
        attempt=promise_is_kept,
    ),
    Attack(
        name="accepting another department's call for help", guard=rows("help_requests"), told=NOT_FOUND,
        attempt=help_is_accepted,
    ),
    Attack(
        name="writing over a colleague's note under its id",
        guard=without(call_notes, "_SAVE", "call_notes.by = excluded.by AND "), behind=(rows("call_notes"),),
        told="console.refused:access-denied", attempt=note_is_overwritten,
    ),
    Attack(
        name="what somebody else searched for", guard=rows("saved_queries"), told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, f"/search/{query(hall, None)}"),
    ),
    Attack(
        name="a search that somebody else keeps", guard=rows("saved_queries"), told=NOT_FOUND,
        attempt=lambda hall: is_shown(hall, f"/search?kept={query(hall, '毎週')}"),
    ),
    Attack(
        name="sitting down at another department's telephone", told=NOT_FOUND, attempt=seat_is_taken,
        guard=patched(sign_in, "phones_for", lambda _, parts: [parts.profile.phone(PhoneId("shimin2"))]),
    ),
    Attack(
        name="going on with a play that a colleague opened", told="console.refused:access-denied",
        guard=OTHERS_GRANT, behind=(OTHER_SESSION,), attempt=colleague_s_play_goes_on,
    ),
    Attack(
        name="going on with one's own play in another session", told="console.refused:access-denied",
        guard=OTHER_SESSION, attempt=play_goes_on_elsewhere,
    ),
    Attack(
        name="the clip that was cut for a colleague", guard=rows("clips"), told=NOT_FOUND,
        behind=(OTHERS_GRANT, OTHER_SESSION), attempt=clip_is_sent,
    ),
    Attack(
        name="a quote out of another department's call", told=NOT_FOUND,
        guard=everybody_is(Role.SUPERVISOR, Role.OPERATOR), attempt=quote_is_read,
    ),
    Attack(
        name="the sound of another department's call", told=NOT_FOUND,
        guard=everybody_is(Role.SUPERVISOR, Role.OPERATOR), attempt=sound_is_heard,
    ),
    Attack(
        name="the words of another department's call", told=NOT_FOUND,
        guard=everybody_is(Role.SUPERVISOR, Role.OPERATOR), attempt=words_are_read,
    ),
    Attack(
        name="the words of a colleague's call", told="knock:read:not-visible",
        guard=everybody_is(Role.SUPERVISOR, Role.OPERATOR), attempt=colleague_s_words_are_read,
    ),
    Attack(
        name="reading along in a colleague's call", told="knock:live-text:not-visible",
        guard=patched(live_text, "may_watch", read_as_supervisor), behind=(rows("live_watches"),),
        attempt=colleague_reads_along,
    ),
)  # fmt: skip
