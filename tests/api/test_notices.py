"""Letters about a request: to whom, saying what, from whose Word file, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from core.actors import Role
from disclosure.notices.template import MEDIA_TYPE, Templates
from tests.api.test_disclosures import DECIDED, FORM, received, step
from tests.fixtures_listeners import Arrive, Listener
from tests.office import HOKEN, SHIMIN, Office
from tests.word_file import words_of
from tools.notice_templates import word_file

pytestmark = pytest.mark.real


@pytest.fixture
def office(office: Office, tmp_path: Path) -> Office:
    """A town hall with Word files of its own; none yet."""
    return replace(office, parts=replace(office.parts, notices=Templates(tmp_path)))


@pytest.fixture
def kaiji(office: Office, listener: Arrive) -> Listener:
    """A records officer of the own section."""
    return listener(office.account("kaiji", Role.RECORDS_OFFICER, departments=(HOKEN,)))


def letter(person: Listener, case: str, number: int, **typed: str) -> str:
    """Make a letter about a step; returns its words."""
    answer = person.post(f"{case}/notices/{number}", **typed)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert "attachment" in answer.headers["content-disposition"]
    return words_of(answer.content)


def decided(person: Listener) -> str:
    case = received(person)
    assert step(person, case, "identity-checked", words="運転免許証") == 303
    assert step(person, case, "decided", **DECIDED) == 303
    return case


def test_a_decision_is_written_to_the_requester_with_what_was_typed(kaiji: Listener) -> None:
    words = letter(kaiji, decided(kaiji), 3, subject="11月2日の電話", carrying_out="写しの交付、市役所2階")

    for said in (
        "山田 花子 様", "さくら市中央1-1", "R8-12", "8情第3号", "第78条第1項第2号", "11月2日の電話",
        "令和8年11月3日（火）", "写しの交付、市役所2階", "第82条第1項", "3か月以内に",
        "【開示する保有個人情報の利用目的を書いてください】",
    ):  # fmt: skip
        assert said in words


def test_a_third_person_is_written_to_and_never_told_who_asks(kaiji: Listener) -> None:
    case = received(kaiji)
    assert step(
        kaiji, case, "third-person-asked", name="鈴木 次郎", address="東町2", until="2026-11-20", yes="yes"
    ) == 303  # fmt: skip

    words = letter(kaiji, case, 2, subject="あなたのお名前が出る所")

    assert "鈴木 次郎 様" in words
    assert "令和8年11月20日（金）" in words
    assert "第86条第2項" in words
    assert not any(said in words for said in ("山田", "中央1-1", "R8-12"))


def test_an_agent_is_written_to_in_the_name_of_whom_they_stand_for(kaiji: Listener) -> None:
    case = received(kaiji, agent="legal", agent_name="山田 一郎")
    assert step(kaiji, case, "amending-asked", words="委任の関係") == 303

    words = letter(kaiji, case, 2)

    assert "山田 一郎 様" in words
    assert "山田 花子 様の代理人" in words
    assert "委任の関係" in words


def test_the_citys_own_file_is_filled_and_a_broken_one_told(kaiji: Listener, tmp_path: Path) -> None:
    case = decided(kaiji)
    (tmp_path / "partial.docx").write_bytes(word_file("# 市の様式第3号\n«宛先» 殿"))

    assert letter(kaiji, case, 3) == "市の様式第3号\n山田 花子 殿"

    (tmp_path / "partial.docx").write_bytes(word_file("«あて先» 殿"))
    answer = kaiji.client.post(
        f"{case}/notices/3", data={"csrf": kaiji.csrf}, headers={"accept": "text/html"}
    )

    assert answer.status_code == 422
    assert "通知書のひな形を読めません" in answer.text


@pytest.mark.parametrize("number", [1, 2, 9])
def test_a_step_that_nobody_is_told_of_has_no_letter(kaiji: Listener, number: int) -> None:
    case = decided(kaiji)

    assert kaiji.post(f"{case}/notices/{number}").status_code == 404
    assert kaiji.client.get(case).text.count("を作る（Word）") == 1


def test_nobody_of_another_section_and_no_other_role_makes_one(
    office: Office, kaiji: Listener, listener: Arrive
) -> None:
    case = decided(kaiji)
    strangers = [
        listener(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,))),
        listener(office.account("kacho", Role.SUPERVISOR, departments=(HOKEN,))),
    ]

    assert [person.post(f"{case}/notices/3").status_code for person in strangers] == [404, 403]
    assert kaiji.post(f"/disclosures/{uuid4()}/notices/3").status_code == 404
    assert FORM["name"] not in strangers[0].client.get("/disclosures").text
