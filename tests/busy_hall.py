"""A whole city at work: a citizen outside, desk phones, and two people's browsers. All of it real.

The city is the sample with a carrier's gateway on this machine and one phone on the line that rings.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page

from runtime.phone_secret import renew_phone_secret
from tests.city_service import PROGRAM, Row
from tests.city_visitor import CityVisitor, signed_in
from tests.fakes.citizen import Citizen
from tests.fixtures_asterisk import TRUNK_ADDRESS
from tests.fixtures_city import City, running_city
from tests.fixtures_telephony import Phones
from tests.waiting import wait_until

NUMBER, DIALLED = "0300000101", "0312345678"
OPERATOR, COLLEAGUE, SUPERVISOR = "hoken1", "hoken2", "hoken3"
TONES = {"citizen": 620, OPERATOR: 1710, COLLEAGUE: 1130, SUPERVISOR: 2510}
HALF = 0.25
"""Share of one of two tones that are heard together."""


@dataclass(slots=True)
class BusyHall:
    """The city, its phones and the two people at their desks."""

    city: City
    phones: Phones
    operator: CityVisitor
    supervisor: CityVisitor
    citizens: list[Citizen] = field(default_factory=list[Citizen])
    advised: tuple[datetime, datetime] | None = None
    """From when until when the supervisor surely spoke to the operator alone."""

    @property
    def call(self) -> Row:
        """The call that came in last."""
        return self.city.rows("SELECT * FROM calls WHERE NOT practice ORDER BY arrived_at DESC LIMIT 1")[0]

    @property
    def citizen(self) -> Citizen:
        """Who called last."""
        return self.citizens[-1]

    def count(self, table: str, more: str = "true") -> int:
        """How many rows a table holds of the call that came in last."""
        found = self.city.rows(f"SELECT 1 FROM {table} WHERE call_id = %s AND {more}", self.call["id"])  # noqa: S608  constants
        return len(found)

    def last_key_let_go(self) -> float:
        """Return when the last key of a phone was let go: milliseconds since 1970, by the journal."""
        keys = (
            "SELECT extract(epoch FROM max(at)) * 1000 AS let_go FROM call_journal"
            " WHERE kind = 'digit-pressed' AND call_id = %s"
        )
        return float(self.city.rows(keys, self.call["id"])[0]["let_go"])

    def ring(self) -> Citizen:
        """Let the citizen dial; returns when the operator's phone rings."""
        since = len(self.phones.lines)
        citizen = Citizen(self.city.installation.settings.asterisk.sip_port, TONES["citizen"])
        self.citizens.append(citizen)
        citizen.invite(NUMBER, f"<sip:{DIALLED}@{TRUNK_ADDRESS}>".encode())
        assert citizen.wait_for(200) == 200
        citizen.listen()
        self.phones.hear(f"{OPERATOR} ringing", since=since, seconds=30)
        return citizen

    def pick_up(self, phone: str, *, rings_since: int = 0) -> None:
        """Answer a phone that rings, and let its person speak."""
        self.phones.hear(f"{phone} ringing", since=rings_since, seconds=30)
        self.phones.order(phone, "answer")
        self.phones.hear(f"{phone} up", since=rings_since)
        self.phones.order(phone, "say", str(TONES[phone]))

    def lines(self) -> int:
        """Where in what the phones said one is now."""
        return len(self.phones.lines)

    def hears(self, phone: str, who: str, *, share: float = HALF) -> None:
        """Wait until a phone hears somebody."""
        self._speak(who)
        self.phones.hears(phone, TONES[who], share=share, seconds=20)

    def citizen_hears(self, who: str, *, share: float = 0.6, seconds: float = 20.0) -> None:
        """Wait until the citizen hears somebody."""
        self._speak(who)
        self.citizen.hears(TONES[who], share=share, seconds=seconds)

    def _speak(self, who: str) -> None:
        """A phone speaks for a minute; the morning is longer."""
        if who in (OPERATOR, COLLEAGUE, SUPERVISOR):
            self.phones.order(who, "say", str(TONES[who]))

    def wait_for_call(self, **facts: object) -> None:
        """Wait until the last call's row says this."""
        wait_until(
            lambda: all(self.call[name] == value for name, value in facts.items()) or None,
            20,
            f"a call with {facts}",
        )


def press(page: Page, name: str, *, exact: bool = True) -> None:
    """Press a button with the keyboard."""
    page.get_by_role("button", name=name, exact=exact).first.press("Enter")


def _profile(folder: Path) -> Path:
    """Write the sample city's profile for a gateway on this machine; its line rings one phone."""
    shutil.copytree(PROGRAM / "profiles", folder / "profiles")
    file = folder / "profiles/sakura.yaml"
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    told["trunks"][0]["addresses"] = [TRUNK_ADDRESS]
    for line in told["lines"]:
        if NUMBER in line["numbers"]:
            line["phones"] = [OPERATOR]
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return file


@contextmanager
def busy_hall(folder: Path, chromium: Browser) -> Generator[BusyHall]:
    """Run it in a folder that the service's users can walk to."""
    with running_city(folder, TSUWAROKU_PROFILE=str(_profile(folder))) as city:
        settings = city.installation.settings
        accounts: dict[str, object] = {}
        for phone in (OPERATOR, COLLEAGUE, SUPERVISOR):
            renewed = renew_phone_secret(settings, phone)
            assert renewed.told
            accounts[phone] = {"user": phone, "password": renewed.password, "register": True}
        told = {"server": f"127.0.0.1:{settings.asterisk.sip_port}", "phones": accounts}
        phones = Phones("tests.sip_phones", told)
        try:
            phones.hear("ready", seconds=30)
            with (
                signed_in(chromium, city, "operator", phone="保険年金課 1番") as operator,
                signed_in(chromium, city, "supervisor", phone="保険年金課 3番") as supervisor,
            ):
                hall = BusyHall(city=city, phones=phones, operator=operator, supervisor=supervisor)
                operator.page.goto(f"{city.console}/console")
                supervisor.page.goto(f"{city.console}/live")
                yield hall
                for citizen in hall.citizens:
                    citizen.__exit__()
        finally:
            phones.stop()
