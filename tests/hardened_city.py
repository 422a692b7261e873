"""A running city under what its systemd unit leaves it, and people who hand it everything that is secret."""

from __future__ import annotations

import base64
import html
import re
import shutil
import socket
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

import httpx2
import pyotp

from api.sessions import COOKIE
from core.clock import SystemClock
from tests.city_service import PROGRAM
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_city import City, city_folder

UNIT = PROGRAM / "deploy/tsuwaroku.service"
NUMBER = "09087654321"
NAME = "himitsu-taro"
"""A citizen, as the carrier tells of one."""
WORDS = "あんごうのことば"
"""What somebody searches for."""
SHORTEST = 8  # characters of a secret that can be told from chance


@dataclass(slots=True, kw_only=True)
class Planted:
    """Everything secret that went through a city, by what it is."""

    secrets: dict[str, str] = field(default_factory=dict[str, str])

    def plant(self, what: str, secret: str) -> str:
        """Remember a secret, and return it."""
        assert len(secret) >= SHORTEST, what
        self.secrets[what] = secret
        return secret

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Yield each secret in the forms in which it could stand somewhere."""
        for what, secret in self.secrets.items():
            raw = secret.encode()
            escaped = secret.encode("unicode_escape")
            for form in {raw, quote(secret).encode(), escaped, raw.hex().encode(), base64.b64encode(raw)}:
                yield what, form

    def found_in(self, content: bytes) -> set[str]:
        """Name the secrets that stand in a file."""
        return {what for what, form in self.forms() if form in content}


@contextmanager
def hardened_city(planted: Planted) -> Generator[City]:
    """Prepare a city as its administrator does, and start it as the unit of systemd would."""
    environment = {
        "TSUWAROKU_CONSOLE__METRICS_TOKEN": planted.plant("metrics token", "mt-7Yq2-metrics-token"),
        "TSUWAROKU_PROVIDER__ISSUER": "https://127.0.0.1:1/nobody",
        "TSUWAROKU_PROVIDER__CLIENT_ID": "tsuwaroku",
        "TSUWAROKU_PROVIDER__CLIENT_SECRET": planted.plant("client secret", "cs-9Kd3-client-secret"),
        "AWS_SECRET_ACCESS_KEY": planted.plant("key of a bucket", "aws-8Hq1-bucket-key"),
        "TSUWAROKU_PROVIDER__ADDRESS": "https://127.0.0.1:1",
    }
    with city_folder() as folder:
        # The carrier's gateway is where our citizen calls from.
        shutil.copytree(PROGRAM / "profiles", folder / "profiles")
        profile = folder / "profiles/sakura.yaml"
        told = profile.read_text(encoding="utf-8")
        profile.write_text(told.replace('addresses: ["192.0.2.10"]', 'addresses: ["127.0.0.3"]'))
        city = City(folder, {**environment, "TSUWAROKU_PROFILE": str(profile)})
        prepared = city.command("prepare")
        assert prepared.returncode == 0, prepared.stdout + prepared.stderr
        cache = city.environment.get("TSUWAROKU_ROOTFS_CACHE", "/var/cache/tsuwaroku")
        Path(cache).mkdir(parents=True, exist_ok=True)
        city.started_by = (
            sys.executable, "-m", "tests.sandboxed", str(UNIT), str(city.home), cache, "--",
        )  # fmt: skip
        try:
            city.start()
            yield city
        finally:
            city.stop()
            for log in (city.output, *sorted((city.home / "log").glob("*.log"))):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")  # noqa: T201


def keys_of(city: City, planted: Planted) -> None:
    """Remember every secret that the service made for itself."""
    folder = city.home / "keys"
    for file in (one for one in folder.rglob("*") if one.is_file()):
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines()):
            secret = line.split("\t")[-1].strip()
            if len(secret) >= SHORTEST and " " not in secret and not secret.startswith("-----"):
                planted.plant(f"{file.relative_to(folder)} line {number}", secret)


class Visitor:
    """Somebody at the console, without a browser's window."""

    def __init__(self, city: City, planted: Planted) -> None:
        self._city = city
        self._planted = planted
        self._client = httpx2.Client(
            base_url=city.console, verify=False, headers={"accept": "text/html"}, timeout=20
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._client.close()

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Look at a page."""
        return self._client.get(path, headers=headers)

    def post(self, path: str, page: httpx2.Response, **fields: str | list[str]) -> httpx2.Response:
        """Send a form that stood on a page."""
        return self._client.post(path, data={"csrf": self.field(page, "csrf"), **fields})

    def field(self, page: httpx2.Response, name: str) -> str:
        """Read a hidden field, which is a secret of this browser."""
        found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
        assert found is not None, page.text[:300]
        return self._planted.plant(f"{name} {page.url}", html.unescape(found[1]))

    def sign_in(self, login: str, password: str) -> httpx2.Response:
        """Send the form of the sign-in."""
        return self.post("/sign-in", self.get("/sign-in"), login=login, password=password, next="/account")

    def remember_cookies(self, whose: str) -> None:
        """Remember what this browser shows to be let in."""
        self._planted.plant(f"session of {whose}", self._client.cookies[COOKIE])


def go_through_the_console(city: City, planted: Planted) -> None:
    """Sign in rightly and wrongly, set up a second factor, issue a token, search, and knock at odd doors."""
    with Visitor(city, planted) as stranger:
        stranger.sign_in("administrator", planted.plant("a wrong password", "not-the-password-1q2w"))
        # Who mistakes the fields types the password where the name belongs.
        stranger.sign_in(planted.plant("password as a name", "typed-as-name-9z8y7x"), "something")
        wrong = planted.plant("a wrong token", "tsuwaroku_wrong-token-5t6z7u")
        stranger.get("/api/v1/calls?phone=hoken1", authorization=f"Bearer {wrong}")
        stranger.get("/metrics", authorization="Bearer " + planted.secrets["metrics token"])
        stranger.get(f"/calls/{planted.plant('a path', 'path-secret-3e4r5t')}")
        stranger.get(f"/sign-in?next=/{planted.plant('a query', 'query-secret-6z7u8i')}")
        stranger.get("/sign-in/provider?next=/")
    with Visitor(city, planted) as administrator:
        password = city.password_of("administrator")
        assert administrator.sign_in("administrator", password).status_code == 303
        administrator.remember_cookies("administrator")
        page = administrator.get("/tokens")
        issued = administrator.post(
            "/tokens", page, name="CTI", scopes=["calls"], departments=["hoken-nenkin"], days="30"
        )
        token = re.search(r'<code class="token">([^<]+)</code>', issued.text)
        assert token is not None, issued.text[:500]
        planted.plant("token of a program", token[1])
        administrator.get("/api/v1/calls?phone=hoken1", authorization=f"Bearer {token[1]}")
        factor = administrator.get("/account/second-factor")
        shown = re.search(r'id="secret">([^<]+)</code>', factor.text)
        assert shown is not None, factor.text[:500]
        seed = planted.plant("seed of a second factor", shown[1].replace(" ", ""))
        planted.plant("seed as shown", shown[1])
        code = pyotp.TOTP(seed).at(SystemClock().now())
        done = administrator.post("/account/second-factor", factor, code=code, password=password)
        codes = re.findall(r"<li><code>([^<]+)</code></li>", done.text)
        assert codes, done.text[:500]
        for number, one in enumerate(codes):
            planted.plant(f"recovery code {number}", one)
    with Visitor(city, planted) as supervisor:
        assert supervisor.sign_in("supervisor", city.password_of("supervisor")).status_code == 303
        supervisor.remember_cookies("supervisor")
        planted.plant("words of a search", WORDS)
        page = supervisor.get("/search")
        supervisor.post(
            "/search", page, words=WORDS, purpose="fact-check", since="2026-01-01", until="2027-12-31"
        )  # fmt: skip


def knock_at_asterisk(city: City, planted: Planted) -> None:
    """Call as a citizen; call as a stranger; guess at ARI and AMI."""
    port = city.installation.settings.asterisk.sip_port
    planted.plant("a citizen's number", NUMBER)
    planted.plant("the number in E.164", "+81" + NUMBER[1:])
    planted.plant("a citizen's name", NAME)
    with TrunkCaller(port) as citizen:
        citizen.invite("0300000101", caller=f'"{NAME}" <sip:{NUMBER}@127.0.0.3>'.encode())
        assert citizen.wait_for(200) == 200
        citizen.talk(4.0)
        citizen.hang_up()
    stranger_name = planted.plant("a stranger's name", "stranger-4r5t6z")
    with TrunkCaller(port, address="127.0.0.9") as stranger, suppress(AssertionError):
        stranger.invite("0300000101", caller=f'"{stranger_name}" <sip:{stranger_name}@127.0.0.9>'.encode())
        stranger.wait_for(401)
    guess = planted.plant("a guess at ARI", "ari-guess-7u8i9o")
    http_port = city.installation.settings.asterisk.http_port
    httpx2.get(f"http://127.0.0.1:{http_port}/ari/channels", auth=("tsuwaroku", guess))
    ami = city.installation.ami_address()
    with socket.create_connection((ami.host, ami.port), timeout=5) as connection:
        guess = planted.plant("a guess at AMI", "ami-guess-2w3e4r")
        connection.sendall(f"Action: Login\r\nUsername: {ami.user}\r\nSecret: {guess}\r\n\r\n".encode())
        connection.recv(4096)
        connection.recv(4096)
