"""Searching on the pages: three labelled tiers, hits that play where they stand, searches of one's own."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from core.actors import Role
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

ASK = {"since": "2020-01-01", "until": "2099-01-01", "purpose": "fact-check"}
SAID = (
    ("caller", 6.0, 8.0, "濃税通知書が届きました。"),
    ("caller", 12.0, 14.0, "納税通知書のことです。"),
    ("caller", 20.0, 22.0, "ノゼケツチショかな。"),
)


@pytest.fixture
def kanri(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kanri", Role.SUPERVISOR))


def asked(person: Visitor, words: str, **more: str) -> str:
    """Search, and return where the hits are."""
    answer = person.post("/search", words=words, **(ASK | more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def hits(page: str) -> list[tuple[str, str]]:
    """Return what is marked in each hit, and the label it bears."""
    plain = re.sub(
        r'<span class="unsure">([^<]+)</span>|<span class="only-read">（聞[^<]+</span>', r"\1", page
    )
    return re.findall(r'<mark>([^<]+)</mark>[^<]*<span class="chip">([^<]+)</span>', plain)


def test_hits_are_labelled_by_how_they_answer(office: Office, kanri: Visitor) -> None:
    office.transcribe(office.record(office.call("a")), SAID)

    page = kanri.get(asked(kanri, "納税通知書")).text

    assert hits(page) == [
        ("納税通知書", "完全一致"),
        ("濃税通知書", "読み一致"),
        ("ノゼケツチショ", "似た音"),
    ]
    assert (
        page.index("入力した字の通りの発言") < page.index("読みが同じ発言") < page.index("音が似ている発言")
    )
    assert page.count("未確認") == 3
    assert page.count('<span class="unsure">納税</span>通知書</mark>') == 1, "the machine was not sure of it"
    assert office.knocks()[-1].detail == {"hits": 3}


def test_a_hit_puts_no_words_into_an_operator_s_mouth_where_several_were_on_the_hall_s_track(
    office: Office, kanri: Visitor
) -> None:
    call = office.call("a")
    said = (("hall", 6.0, 8.0, "納税通知書ですね。"), ("hall", 40.0, 42.0, "納税通知書のことです。"))
    office.transcribe(office.record(call), said)
    for leg, since in (("op-1", 0), ("ot-1", 30)):
        office.write(
            "INSERT INTO call_parties (call_id, leg, joined_at, part) SELECT subject, :leg,"
            " started_at + make_interval(secs => :since), :part FROM recordings",
            {"leg": leg, "since": since, "part": "third-party" if since else "operator"},
        )

    page = kanri.get(asked(kanri, "納税通知書")).text

    assert re.findall(r'<span class="who"><span[^>]*>.</span> (\S+?)<', page) == ["職員", "不明"]


def test_a_short_word_is_looked_for_as_it_is_spelt_and_the_page_says_so(
    office: Office, kanri: Visitor
) -> None:
    office.transcribe(office.record(office.call("a")), SAID)

    page = kanri.get(asked(kanri, "税")).text

    assert {label for _, label in hits(page)} == {"完全一致"}
    assert "短い言葉なので" in page


def test_an_empty_answer_says_what_to_try(kanri: Visitor) -> None:
    page = kanri.get(asked(kanri, "見つからない言葉")).text

    assert "期間を広げるか、言葉を短くするか、ほかの条件を外してみてください" in page


def test_a_hit_plays_under_the_purpose_of_the_search_one_grant_a_play(office: Office, kanri: Visitor) -> None:
    office.transcribe(office.record(office.call("a")), SAID)
    where = asked(kanri, "納税通知書")
    utterance = re.findall(r'data-utterance="(\d+)"', kanri.get(where).text)[0]
    before = len(office.knocks())

    answers = [kanri.post(f"{where}/clips", utterance=utterance) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert kanri.get(answers[0].json()["sound"]).headers["content-type"] == "audio/wav"
    knocks = office.knocks()[before:]
    assert [(knock.act, knock.purpose, knock.granted) for knock in knocks] == [
        ("clip", "fact-check", True)
    ] * 2


def test_a_hit_of_another_department_or_under_another_s_search_does_not_play(
    office: Office, kanri: Visitor, visitor: Arrive
) -> None:
    office.transcribe(office.record(office.call("a")), SAID)
    where = asked(kanri, "納税通知書")
    utterance = re.findall(r'data-utterance="(\d+)"', kanri.get(where).text)[0]
    operator = visitor(office.account("sato", Role.OPERATOR))
    own = asked(operator, "納税通知書")

    assert operator.post(f"{where}/clips", utterance=utterance).status_code == 404
    assert operator.post(f"{own}/clips", utterance=utterance).status_code == 404
    assert kanri.post(f"{where}/clips", utterance="7").status_code == 404


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({}, 3),
        ({"department": HOKEN}, 3),
        ({"department": SHIMIN}, 0),
        ({"line": "kokuho"}, 3),
        ({"line": "shimin"}, 0),
        ({"since": "2099-01-01"}, 0),
        ({"until": "2020-01-01"}, 0),
        ({"side": "hall"}, 0),
        ({"flagged": "yes"}, 0),
        ({"shortest": "600"}, 0),
        ({"longest": "1"}, 0),
        ({"times": "2"}, 0),
    ],
    ids=lambda one: "".join(one) if isinstance(one, dict) else None,
)
def test_a_search_is_kept_to_what_was_chosen(
    office: Office, visitor: Arrive, choice: dict[str, str], found: int
) -> None:
    office.transcribe(office.record(office.call("a")), SAID)
    person = visitor(office.account("both", Role.SUPERVISOR, departments=(HOKEN, SHIMIN)))

    page = person.get(asked(person, "納税通知書", **choice)).text

    assert len(hits(page)) == found
    for name, value in choice.items():
        chosen = " selected" if name in {"department", "line", "side", "flagged"} else ""
        assert f'value="{value}"{chosen}' in page, "the form still says what was chosen"


def test_a_search_is_kept_to_one_operator_s_calls(office: Office, kanri: Visitor) -> None:
    sato, tanaka = (office.account(name, Role.OPERATOR) for name in ("sato", "tanaka"))
    for name, operator in (("a", sato), ("b", tanaka)):
        office.transcribe(office.record(office.call(name), operator=operator), SAID[:1])

    found = {
        operator: len(hits(kanri.get(asked(kanri, "濃税通知書", operator=str(operator))).text))
        for operator in (sato, tanaka)
    }
    everybody = hits(kanri.get(asked(kanri, "濃税通知書")).text)

    assert found == {sato: 1, tanaka: 1}
    assert len(everybody) == 2


@pytest.mark.parametrize(
    ("fields", "status", "fault"),
    [
        ({"shortest": "-1"}, 422, "話した長さ"),
        ({"longest": "99999"}, 422, "話した長さ"),
        ({"times": "１２"}, 422, "回数"),
        ({"line": "no-such-line"}, 404, ""),
        ({"operator": "x"}, 404, ""),
        ({"side": "other"}, 404, ""),
        ({"flagged": "maybe"}, 404, ""),
    ],
)
def test_what_cannot_be_chosen_is_said(
    kanri: Visitor, fields: dict[str, str], status: int, fault: str
) -> None:
    answer = kanri.post("/search", words="納税", **(ASK | fields))

    assert answer.status_code == status
    assert fault in answer.text


def test_a_search_is_kept_for_oneself_asks_for_its_purpose_anew_and_can_be_thrown_away(
    office: Office, kanri: Visitor, visitor: Arrive
) -> None:
    where = asked(kanri, "渡辺さん", side="caller")

    assert kanri.post(f"{where}/keep", name="").status_code == 422
    assert kanri.post(f"{where}/keep", name="毎週見るもの").status_code == 303
    page = kanri.get("/search").text
    (kept,) = re.findall(r"/search\?kept=([0-9a-f-]+)", page)
    assert "毎週見るもの" in page
    assert "渡辺さん" not in page
    form = kanri.get(f"/search?kept={kept}").text
    assert 'value="渡辺さん"' in form
    assert '<option value="caller" selected>' in form
    assert not re.search(r'name="purpose"[^>]*checked', form)

    other = visitor(office.account("kanri2", Role.SUPERVISOR))
    assert "毎週見るもの" not in other.get("/search").text
    assert other.get(f"/search?kept={kept}").status_code == 404
    assert other.get(f"/search/{kept}").status_code == 404
    other.post(f"/search/kept/{kept}/forget")
    assert kanri.get(f"/search?kept={kept}").status_code == 200

    assert kanri.post(f"/search/kept/{kept}/forget").status_code == 303
    assert kanri.get(f"/search?kept={kept}").status_code == 404
    assert kanri.post(f"/search/{uuid4()}/keep", name="ない").status_code == 404


def test_nobody_keeps_more_than_a_list_holds(office: Office, kanri: Visitor) -> None:
    where = asked(kanri, "納税")

    answers = [kanri.post(f"{where}/keep", name=f"その{number}").status_code for number in range(31)]

    assert answers == [303] * 30 + [409]
