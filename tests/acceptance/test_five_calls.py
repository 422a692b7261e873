"""Five calls of one caller to three departments in one afternoon, and what the hall makes of them.

Everything is real: a carrier's gateway, desk phones, sound, the text made of it, and the database. Calls of
the practice line never count, so these come in from outside. Two things are set, and nothing else: the sample
city's own figures (five calls in the whole hall are a repetition), and a short announcement. The calls follow
each other within a minute; how near to each other they must lie is proven without a telephone
(tests/integration/test_signals_read.py).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile
import yaml
from playwright.sync_api import Browser, expect

from core.ids import RecordingId
from incidents.raising.reading_signals import ReadSignals
from runtime.phone_secret import renew_phone_secret
from runtime.practice.scenario import RATE, load_scenario
from tests.city_service import PROGRAM, Row
from tests.city_visitor import CityVisitor, signed_in
from tests.fakes.citizen import Citizen
from tests.fixtures_asterisk import TRUNK_ADDRESS
from tests.fixtures_city import City, city_folder, running_city
from tests.fixtures_telephony import Phones
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk, pytest.mark.browser]

CALLER = "0312345678"
LINES = {
    "hoken1": "0300000101", "shimin1": "0300000102", "zeimu1": "0300000103", "fukushi1": "0300000104",
    "kaigo1": "0300000191", "kankyo1": "0300000192",
}  # fmt: skip
MORE = {"kaigo": "介護課", "kankyo": "環境課"}
"""The sample city has four departments that citizens ring at; a fifth and a sixth are added."""
AFTERNOON = ("hoken1", "shimin1", "hoken1", "zeimu1", "hoken1")
"""Where the caller rings: three departments, five times."""
ASKED = (9.4, 13.1)
"""Seconds of d2 in which its caller says 「土地の評価額が高すぎるから、見直してほしいんです。」"""
FIGURES = {
    "repeat_hall": {"calls": 5, "minutes": 120, "days": 7},
    "hashigo": {"departments": 3, "hours": 4},
}
NOTICE_SECONDS = 1.5
SHOWN_WITHIN = 1.0
PROMISED_AND_BROKEN = """
    INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by)
    SELECT gen_random_uuid(), c.department, c.id, c.caller_hash, '評価額を調べて折り返す', '税務課',
           c.arrived_at - interval '1 hour', c.arrived_at - interval '1 day', a.id
      FROM calls c CROSS JOIN (SELECT id FROM accounts LIMIT 1) a WHERE c.id = %s RETURNING id
"""
WATCH_CARD = """() => new MutationObserver(() => {
    if (!window.shown && /複数の職員で対応する/.test(document.body.innerText)) window.shown = Date.now();
}).observe(document.body, { childList: true, characterData: true, subtree: true })"""


@dataclass(slots=True)
class Afternoon:
    """The hall with its phones, and the five calls in their order."""

    city: City
    phones: Phones
    calls: Sequence[Row]

    def dial(self, phone: str) -> Citizen:
        """Let the caller ring at a department; returns when the announcement begins."""
        citizen = Citizen(self.city.installation.settings.asterisk.sip_port, hertz=0)
        citizen.invite(LINES[phone], f"<sip:{CALLER}@{TRUNK_ADDRESS}>".encode())
        assert citizen.wait_for(200) == 200
        citizen.listen()
        return citizen

    def call(self, phone: str) -> None:
        """One whole call: answered, the demand said once, hung up by the caller."""
        since = len(self.phones.lines)
        begin, end = (int(second * RATE) for second in ASKED)
        with self.dial(phone) as citizen:
            self.phones.hear(f"{phone} ringing", since=since)
            self.phones.order(phone, "answer")
            self.phones.hear(f"{phone} up", since=since)
            citizen.say(load_scenario("d2").caller[begin:end])
            citizen.hang_up()
            self.phones.hear(f"{phone} over", since=since)

    def signals(self) -> dict[str, Row]:
        """The signals of all calls, by kind and the place of their call."""
        rows = self.city.rows("SELECT * FROM signals")
        places = {one["id"]: place for place, one in enumerate(self.calls)}
        return {f"{row['kind']} {places[row['call_id']]}": row for row in rows}


def profile_of(folder: Path) -> Path:
    """Write the sample city: a gateway on this machine, one phone a line, the figures, a short notice."""
    shutil.copytree(PROGRAM / "profiles", folder / "profiles")
    file = folder / "profiles/sakura.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    told["trunks"][0]["addresses"] = [TRUNK_ADDRESS]
    told["signals"].update(FIGURES)
    pattern = next(one for one in told["lines"] if one["id"] == "fukushi")
    for department, name in MORE.items():
        told["departments"].append({"id": department, "name": name, "agency": "shicho"})
        told["phones"].append({"id": f"{department}1", "name": f"{name} 1番", "department": department})
        numbers = [LINES[f"{department}1"]]
        told["lines"].append(
            pattern
            | {"id": department, "name": f"{name}の窓口", "department": department, "numbers": numbers}
        )
    for line in told["lines"]:
        for phone, number in LINES.items():
            if number in line["numbers"]:
                line["phones"] = [phone]
    notice = next(one for one in told["announcements"] if one["id"] == "rokuon")
    spoken = folder / "profiles" / notice["file"]
    samples, rate = soundfile.read(spoken, dtype="int16")
    soundfile.write(spoken, samples[: int(rate * NOTICE_SECONDS)], rate, subtype="PCM_16")
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def afternoon() -> Generator[Afternoon]:
    with city_folder() as folder, running_city(folder, TSUWAROKU_PROFILE=str(profile_of(folder))) as city:
        settings = city.installation.settings
        accounts: dict[str, object] = {}
        for phone in LINES:
            renewed = renew_phone_secret(settings, phone)
            accounts[phone] = {"user": phone, "password": renewed.password, "register": True}
        told: Mapping[str, object] = {
            "server": f"127.0.0.1:{settings.asterisk.sip_port}",
            "phones": accounts,
        }
        phones = Phones("tests.sip_phones", told)
        try:
            phones.hear("ready", seconds=30)
            hall = Afternoon(city, phones, ())
            for phone in AFTERNOON:
                hall.call(phone)
            hall.calls = wait_until(
                lambda: five(city.rows("SELECT * FROM calls WHERE ended_at IS NOT NULL ORDER BY arrived_at")),
                20,
                "five calls that ended",
            )
            for call in hall.calls:
                city.utterances(city.sealed_recording(call), 60)
            yield hall
        finally:
            phones.stop()


def five(rows: Sequence[Row]) -> Sequence[Row] | None:
    return rows if len(rows) == len(AFTERNOON) else None


def test_five_calls_at_three_departments_are_repetition_and_one_after_another(afternoon: Afternoon) -> None:
    assert not any(call["practice"] for call in afternoon.calls)
    found = wait_until(lambda: found if len(found := afternoon.signals()) == 3 else None, 20, "three signals")

    assert set(found) == {"hashigo 3", "hashigo 4", "repeat-hall 4"}
    hashigo, repeat = found["hashigo 4"], found["repeat-hall 4"]
    assert hashigo["value"] == {"departments": 3, "calls": 5}
    assert hashigo["held_against"] == FIGURES["hashigo"]
    assert repeat["value"] == {"calls": 5, "minutes": 0, "departments": 3}
    assert repeat["held_against"] == FIGURES["repeat_hall"]
    assert all(one["version"].startswith("repeats-2") for one in found.values())


def test_a_supervisor_reads_why(afternoon: Afternoon, chromium: Browser) -> None:
    with signed_in(chromium, afternoon.city, "supervisor") as supervisor:
        page = supervisor.page
        page.goto(f"{afternoon.city.console}/signals")
        expect(page.locator("li.card")).to_have_count(3)
        repeat = page.locator("li.card", has=page.get_by_role("heading", name="繰り返し", exact=False))
        expect(repeat).to_contain_text("5回")
        expect(repeat).to_contain_text("（目安：120分、5回、7日の間）")
        hashigo = page.locator("li.card", has=page.get_by_role("heading", name="はしご", exact=False)).first
        expect(hashigo).to_contain_text("3つの課")
        expect(hashigo).to_contain_text("4時間の間")
        for card in (repeat, hashigo):
            expect(card).to_contain_text("見つけた規則：")
            expect(card).to_contain_text("（repeats-2")
            expect(card).to_contain_text("見本の通話での正しさ：")


def test_the_sixth_department_sees_the_alert_while_its_phone_rings(
    afternoon: Afternoon, chromium: Browser
) -> None:
    city, phones = afternoon.city, afternoon.phones
    with (
        signed_in(chromium, city, "supervisor") as supervisor,
        signed_in(chromium, city, "operator", phone="環境課 1番") as operator,
    ):
        operator.page.goto(f"{city.console}/console")
        warn(supervisor, afternoon.calls[-1]["id"])
        operator.page.evaluate(WATCH_CARD)
        since = len(phones.lines)
        with afternoon.dial("kankyo1") as citizen:
            phones.hear("kankyo1 ringing", since=since)
            rang = time.time()
            card = operator.page.get_by_role("region", name="電話が鳴っています")
            expect(card).to_contain_text("この番号からの電話は、複数の職員で対応する")
            took = operator.page.evaluate("window.shown") / 1000 - rang
            assert took <= SHOWN_WITHIN, f"shown after {took:.2f} s"
            expect(card).to_contain_text("電話は、いつもどおり受けてください")
            phones.order("kankyo1", "answer")  # the alert stops nobody from answering
            phones.hear("kankyo1 up", since=since)
            citizen.hang_up()


def warn(supervisor: CityVisitor, call: str) -> None:
    """Place a 仮警報 from a call."""
    page = supervisor.page
    page.goto(f"{supervisor.city.console}/calls/{call}/alert")
    page.get_by_label("複数の職員で対応する").check()
    page.get_by_role("textbox", name="連絡先").fill("税務課 係長（内線2103）")
    page.get_by_role("button", name="ほかの課に知らせる").press("Enter")
    expect(page.get_by_text("仮警報を出しています")).to_be_visible()


def test_the_same_five_raise_nothing_where_we_broke_a_promise(afternoon: Afternoon) -> None:
    city = afternoon.city
    assert afternoon.signals()
    # 昨日の約束: due an hour before the first of them, and nobody has called back.
    assert city.rows(PROMISED_AND_BROKEN, afternoon.calls[0]["id"])
    with city.parts() as parts:
        again = ReadSignals(database=parts.database, profile=parts.profile, clock=parts.clock)
        for call in afternoon.calls:
            again(str(RecordingId(city.sealed_recording(call)["id"])))

    assert afternoon.signals() == {}
