"""docker-compose.yml: valid by the compose schema, and every command and check in it does its work here.

Docker itself is not at hand; the same words are run directly, against the same kinds of servers.
"""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import yaml

from tests.composed import Composed, Image, interpolated
from tests.fixtures_asterisk import free_port

TEXT = Path("docker-compose.yml").read_text(encoding="utf-8")
HEAD = TEXT.split("name:")[0]
REQUIRED = sorted(set(re.findall(r"\$\{([A-Z_]+):\?\}", TEXT)))
USUAL = set(re.findall(r"\$\{([A-Z_]+):-", TEXT))
PRACTICE_SECONDS = 6


def secret_values() -> dict[str, str]:
    values = {name: secrets.token_hex(24) for name in REQUIRED}
    return {**values, "KEY_ENCRYPTION_KEY": b64encode(secrets.token_bytes(32)).decode()}


# The file ------------------------------------------------------------------------------------------------


def test_the_compose_file_fits_its_schema() -> None:
    done = subprocess.run(
        [".venv/bin/check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 0, done.stdout


def test_everything_it_asks_for_is_named_at_its_top() -> None:
    asked = set(re.findall(r"\$\{?([A-Z_]+)", TEXT.removeprefix(HEAD)))

    assert asked == set(REQUIRED) | USUAL
    assert asked == set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", HEAD))


@pytest.mark.parametrize("missing", REQUIRED)
def test_without_one_of_its_secrets_nothing_starts(missing: str) -> None:
    values = secret_values()
    del values[missing]

    with pytest.raises(KeyError, match=missing):
        interpolated(TEXT, values)


def test_the_images_run_as_one_user_who_owns_every_volume() -> None:
    told: dict[str, Any] = yaml.safe_load(interpolated(TEXT, secret_values()))
    ours = {name: one for name, one in told["services"].items() if "build" in one}

    assert set(ours) == {"prepare", "asterisk", "app", "worker"}
    assert {Image.of(Path(one["build"]["dockerfile"])).user for one in ours.values()} == {"10001:10001"}
    for one in ours.values():
        text = Image.of(Path(one["build"]["dockerfile"])).dockerfile
        owned = re.findall(r"install -d -o 10001 -g 10001 ((?:/\S+ ?)+)", text)[0].split()
        assert {volume.split(":")[1] for volume in one["volumes"]} <= set(owned)


def test_neither_secrets_nor_data_of_a_checkout_get_into_an_image() -> None:
    left_out = Path(".dockerignore").read_text(encoding="utf-8").split()

    assert {".env", "var", ".git"} <= set(left_out)


def through_all_services(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs all services up."""
    return pytest.mark.real(pytest.mark.root(pytest.mark.asterisk(test)))


# The services --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def values() -> Mapping[str, str]:
    ports = {
        "POSTGRES_PORT": socket.SOCK_STREAM,
        "ARI_PORT": socket.SOCK_STREAM,
        "SIP_PORT": socket.SOCK_DGRAM,
        "CONSOLE_PORT": socket.SOCK_STREAM,
    }
    return {**secret_values(), **{name: str(free_port(kind)) for name, kind in ports.items()}}


@pytest.fixture(scope="module")
def composed(values: Mapping[str, str]) -> Iterator[Composed]:
    """All services, started in the order the file gives, each when what it waits for is healthy."""
    folder = Path(tempfile.mkdtemp(prefix="compose-", dir="/var/tmp"))
    folder.chmod(0o755)
    services = Composed(folder, values)
    in_time: dict[str, bool] = {}
    try:
        services.start("postgres")
        services.wait_until_healthy("postgres")
        prepared = services.run("prepare")
        assert prepared.returncode == 0, prepared.stdout + prepared.stderr
        services.start("asterisk")
        services.wait_until_healthy("asterisk")
        services.start("worker")
        services.start("app")
        for name in ("app", "worker"):
            services.wait_until_healthy(name)
        yield services
    finally:
        in_time = services.stop()
        for log in sorted(folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")  # noqa: T201
        shutil.rmtree(folder)
    assert in_time == dict.fromkeys(("app", "worker", "asterisk", "postgres"), True)


@pytest.fixture
def database(composed: Composed) -> Iterator[psycopg.Connection[Any]]:
    """The database as its owner sees it."""
    dsn: str = composed.services["app"]["environment"]["TSUWAROKU_DATABASE__OWNER_DSN"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


@through_all_services
def test_a_practice_call_through_all_services_is_sealed_written_down_and_sound(
    composed: Composed, database: psycopg.Connection[Any]
) -> None:
    held = composed.execute(
        "app", "./tsuwaroku", "practice", "d1", "--seconds", str(PRACTICE_SECONDS), seconds=90
    )
    calls = database.execute("SELECT served_by, notice, outcome FROM calls").fetchall()
    said = database.execute("SELECT count(*) FROM utterances").fetchone()
    spool = composed.volume("pbx") / "asterisk/spool/recording"
    verified = composed.execute("app", "./tsuwaroku", "vault", "verify")
    parked = composed.execute("worker", "./tsuwaroku", "retry-jobs")

    assert held.returncode == 0, held.stdout + held.stderr
    assert calls == [("application", "proven", "talked")]
    assert said is not None
    assert said[0] > 0
    assert list(spool.glob("*.wav")) == []
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "録音 1 件" in verified.stdout
    assert (parked.returncode, "0 件" in parked.stdout) == (0, True), parked.stderr


@through_all_services
def test_with_the_key_in_the_environment_no_key_is_on_the_disk_and_people_can_sign_in(
    composed: Composed, values: Mapping[str, str]
) -> None:
    keys = composed.volume("state") / "keys"
    note = (keys / "first-sign-in.txt").read_text(encoding="utf-8").splitlines()
    _, login, password = note[0].split("\t")
    console = f"https://127.0.0.1:{values['CONSOLE_PORT']}"
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE

    with httpx.Client(verify=unchecked, base_url=console, headers={"Origin": console}) as visitor:
        token = re.findall(r'name="csrf" value="([^"]+)"', visitor.get("/sign-in").text)[0]
        wrong = visitor.post("/sign-in", data={"csrf": token, "login": login, "password": "x", "next": "/"})
        token = re.findall(r'name="csrf" value="([^"]+)"', wrong.text)[0]
        right = visitor.post(
            "/sign-in", data={"csrf": token, "login": login, "password": password, "next": "/"}
        )

    assert list(keys.rglob("*.key")) == []
    assert "ログインできませんでした" in wrong.text
    assert right.status_code == httpx.codes.SEE_OTHER


@through_all_services
def test_preparing_again_keeps_passwords_and_what_asterisk_recorded(composed: Composed) -> None:
    phones = composed.volume("pbx") / "asterisk/etc/pjsip.conf"
    waiting = composed.volume("pbx") / "asterisk/spool/recording/waiting.txt"
    before = phones.read_text(encoding="utf-8")
    waiting.write_text("not yet sealed")

    again = composed.run("prepare")

    assert again.returncode == 0, again.stdout + again.stderr
    assert phones.read_text(encoding="utf-8") == before
    assert phones.stat().st_mode & 0o777 == 0o600
    assert waiting.exists()
