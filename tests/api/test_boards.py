"""判断ボード through the console: one press calls the judges, in the call or after it, wherever they are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from threading import Thread
from typing import Any
from uuid import uuid4

import av
import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, CallId, IncidentId
from core.profile.casework import Casework
from storage.database import Database
from storage.ending_rule import EndingStep
from storage.endings import judgement_of
from storage.incidents import EventRow, append
from tests.api.test_console_live import listening
from tests.api.test_incidents import VIEW, change, events, number, opened, say
from tests.calls_in_talk import clock, talking
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office
from tests.waiting import wait_until

pytestmark = pytest.mark.real
ASKED = "判断をお願いします"


@pytest.fixture(autouse=True)
def ranked(office: Office) -> None:
    """A city that names its heads."""
    change(office, Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",)))


@pytest.fixture
def accounts(office: Office) -> dict[str, AccountId]:
    judges = {one: office.account(one, Role.SUPERVISOR) for one in ("kacho", "shomu", "kakari")}
    return judges | {
        "sato": office.account("sato", Role.OPERATOR),
        "hoka": office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)),
    }


@pytest.fixture
def people(accounts: dict[str, AccountId], visitor: Arrive) -> dict[str, Visitor]:
    return {name: visitor(account) for name, account in accounts.items()}


def board(person: Visitor, call: CallId, **fields: str) -> str:
    """Press 「判断する人を呼ぶ」 on the page of a call; returns the address of the case."""
    answer = person.post(f"/calls/{call}/board", **({"press": str(uuid4())} | fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("#")[0]


def found(people: dict[str, Visitor], call: CallId) -> str:
    """A case of a call with a finding of two."""
    case = board(people["sato"], call)
    for who in ("kacho", "shomu"):
        assert say(people[who], case, "view", **VIEW) == 303
    return case


def rows(office: Office, query: str) -> list[Any]:
    with office.worker.begin() as connection:
        return [tuple(one) for one in connection.execute(text(query))]


def test_one_press_in_the_middle_of_a_call_calls_the_judges_who_are_told_wherever_they_are(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId]
) -> None:
    call = talking(office, "a", operator_id=accounts["sato"])
    clock(office, call, "deadlock", started=8, times=(7, 15))
    assert "判断する人を呼ぶ" in people["kakari"].get(f"/live/{call}").text
    assert "判断する人を呼ぶ" in people["sato"].get(f"/calls/{call}/ending").text
    assert "判断する人を呼ぶ" in people["sato"].get(f"/calls/{call}").text
    press = str(uuid4())

    with listening(people["kacho"]) as socket:
        case = board(people["sato"], call, press=press)
        assert socket.receive_json() == {"topic": "board", "id": case.rpartition("/")[2]}
    assert board(people["sato"], call, press=press) == case
    assert board(people["kakari"], call) == case, "one call, one board"

    assert [one.kind for one in events(office)] == ["opened", "call-linked", "judges-called"]
    for who in ("kacho", "shomu", "kakari"):
        told = people[who].get("/help/waiting").text
        assert ASKED in told
        assert "通話は続いています" in told
        assert ASKED in people[who].get("/live").text
    assert ASKED not in people["hoka"].get("/help/waiting").text
    page = people["kacho"].get(case).text
    assert "いま続いています" in page
    assert "膠着" in page
    assert "2人以上で判断します。考えを書いた全員が" in page
    assert rows(office, "SELECT ended_at FROM calls") == [(None,)], "the call goes on"

    assert say(people["kacho"], case, "view", **VIEW) == 303
    assert ASKED not in people["kacho"].get("/help/waiting").text
    assert ASKED in people["shomu"].get("/help/waiting").text


def test_an_absent_head_is_noted_by_who_calls_or_by_the_deputy_that_is_registered(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId], owner_database: Database
) -> None:
    first = board(people["sato"], office.call("a", operator_id=accounts["sato"]), absent="1")
    assert "呼んだ人の記録による" in people["shomu"].get(first).text
    assert ASKED not in people["kacho"].get("/help/waiting").text
    now = datetime.now(UTC)
    with owner_database.begin() as connection:
        connection.execute(
            text("INSERT INTO deputies (id, department, account_id, named_by, named_at, until)"
                 " VALUES (gen_random_uuid(), :where, :who, :by, :at, :until)"),
            {"where": HOKEN, "who": accounts["hoka"], "by": accounts["kacho"], "at": now,
             "until": now + timedelta(days=3)},
        )  # fmt: skip

    second = office.call("b", operator_id=accounts["sato"])
    assert (
        "代理としてさくら 市子（hoka）さんが登録されています" in people["sato"].get(f"/calls/{second}").text
    )
    case = board(people["sato"], second, absent="1")
    page = people["hoka"].get(case).text
    assert "代理の登録による" in page
    assert "自分の考えを書く" in page, "who stands in judges beside the others"
    for who in ("shomu", "kakari"):
        assert say(people[who], case, "view", **VIEW) == 303
    assert "該当の判断があります" in people["shomu"].get(case).text


def test_a_finding_permits_the_ending_of_its_call_until_it_goes_on_or_the_finding_falls(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId]
) -> None:
    call = talking(office, "a", operator_id=accounts["sato"])
    page = f"/calls/{call}/ending"
    judged = "対応の中止が認められています"
    assert judged not in people["sato"].get(page).text
    assert people["sato"].post(page, step="warned", words="お控えください").status_code == 303, "always free"
    case = found(people, call)
    assert judged in people["sato"].get(page).text, "who talks in it knows, without the case"
    assert say(people["kacho"], case, "finding/withdraw", reason="説明に誤りがあった") == 303
    assert judged not in people["sato"].get(page).text
    assert ASKED not in people["kacho"].get("/help/waiting").text, "nobody has called anew"

    assert say(people["sato"], case, "judges") == 303
    assert ASKED in people["kacho"].get("/help/waiting").text
    for who in ("kacho", "kakari"):
        say(people[who], case, "view", **VIEW)
    assert judged in people["sato"].get(page).text
    assert people["kakari"].post(page, step=EndingStep.WENT_ON.value).status_code == 303
    assert judged not in people["sato"].get(page).text
    with office.parts.database.begin() as nobody:
        assert not judgement_of(nobody, call, office.parts.profile.ending).found, "nobody learns it unasked"


def test_a_press_whose_answer_was_lost_is_one_view_and_other_words_under_it_are_refused(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId]
) -> None:
    case = board(people["sato"], office.call("a", operator_id=accounts["sato"]))
    form = {"number": number(people["kacho"], case), "press": str(uuid4())}

    assert people["kacho"].post(f"{case}/view", **form, **VIEW).status_code == 303
    assert say(people["shomu"], case, "kinds", types="T1") == 303
    assert people["kacho"].post(f"{case}/view", **form, **VIEW).status_code == 303
    other = people["kacho"].post(f"{case}/view", **form, **(VIEW | {"reason": "ほかの言葉"}))

    assert other.status_code == 409
    assert [one.kind for one in events(office)].count("view") == 1


def test_two_judges_at_once_both_stand_and_neither_has_to_write_again(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId], owner_database: Database
) -> None:
    case = board(people["sato"], office.call("a", operator_id=accounts["sato"]))
    seen = number(people["shomu"], case)
    view = {name: VIEW[name] for name in VIEW if name not in {"found", "reason"}}
    answers: list[int] = []

    # The head's view lies there, not yet committed, while the other one presses.
    with owner_database.begin() as connection:
        head = EventRow(
            kind="view", at=datetime.now(UTC), by=accounts["kacho"], rank="head",
            body={"view": view | {"found": True, "reason": "人格を否定する言葉"}},
        )  # fmt: skip
        append(connection, IncidentId(events(office)[0].incident_id), int(seen), head)
        pressing = Thread(
            target=lambda: answers.append(
                people["shomu"].post(f"{case}/view", number=seen, **VIEW).status_code
            )
        )
        pressing.start()
        wait_until(lambda: _waits(owner_database))
    pressing.join(timeout=20)

    assert answers == [303]
    assert [one.kind for one in events(office)][-2:] == ["view", "view"]
    assert "該当の判断があります" in people["kacho"].get(case).text


def _waits(database: Database) -> bool:
    with database.begin() as connection:
        return bool(connection.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1")).scalar())


def test_a_judge_whose_right_has_ended_is_told_so_and_nothing_is_written(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId], owner_database: Database
) -> None:
    case = board(people["sato"], office.call("a", operator_id=accounts["sato"]))
    form = {"number": number(people["kakari"], case)}
    with owner_database.begin() as connection:
        demote = text("UPDATE accounts SET roles = '{operator}', departments = '{shimin}' WHERE id = :who")
        connection.execute(demote, {"who": accounts["kakari"]})

    refused = people["kakari"].post(f"{case}/view", **form, **VIEW)

    assert refused.status_code == 404
    assert "見つかりません" in refused.text
    assert people["kakari"].get("/help/waiting").status_code == 403
    assert "view" not in {one.kind for one in events(office)}


def test_the_rule_of_the_board_stays_when_the_profile_changes_and_the_page_says_so(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId]
) -> None:
    case = board(people["sato"], office.call("a", operator_id=accounts["sato"]))
    assert "市の設定はそのあと変わりましたが" not in people["kacho"].get(case).text

    change(office, Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",), people=3))

    page = people["kacho"].get(case).text
    assert "2人以上で判断します。考えを書いた全員が" in page
    assert "市の設定はそのあと変わりましたが、この事案は、始まった日の決まりのまま判断します。" in page


def test_nobody_opens_a_board_about_a_call_of_another_department(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId]
) -> None:
    call = office.call("a", operator_id=accounts["sato"])

    assert people["hoka"].post(f"/calls/{call}/board", press=str(uuid4())).status_code == 404
    case = opened(people["sato"])
    assert people["hoka"].post(f"{case}/alert", number="2", press=str(uuid4())).status_code in {404, 400}
    assert "判断する人を呼ぶ" in people["kacho"].get(case).text


def test_a_judge_hears_and_reads_both_sides_and_weighs_the_three_axes_by_name(
    office: Office, people: dict[str, Visitor], accounts: dict[str, AccountId]
) -> None:
    call = office.call("a", operator_id=accounts["sato"])
    office.transcribe(office.record(call, operator=accounts["sato"]))
    case = board(people["sato"], call)
    judge = people["shomu"]
    page = judge.get(case).text

    assert f'href="/calls/{call}"' in page
    assert "両方の声の録音と文字を開く" in page
    axes = ("要求の内容", "要求の態様", "時間・回数・頻度")
    assert all(page.index("市の側に落ち度がありましたか") < page.index(axis) for axis in axes)
    assert judge.post(f"/calls/{call}/open", purpose="harassment-review").status_code == 303
    opened_call = judge.get(f"/calls/{call}").text
    assert "責任者を出してください" in opened_call  # the caller
    assert "情報公開請求のお手続き" in opened_call  # the hall
    grant = re.search(r'data-grant="([0-9a-f-]+)"', opened_call)
    assert grant
    heard = judge.get(f"/recordings/{grant[1]}/audio")
    assert heard.status_code == 200
    with av.open(BytesIO(heard.content)) as listened:
        assert listened.streams.audio[0].layout.nb_channels == len(("caller", "hall"))
