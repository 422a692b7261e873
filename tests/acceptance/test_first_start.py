"""The first start on a machine: keys are made, and whatever would make a start unsafe is refused in words."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import placement
from runtime.home import ServiceUsers
from storage.keys import KEY_NAMES
from tests.city_service import PROGRAM
from tests.fixtures_city import City, city_folder

pytestmark = pytest.mark.real

OWN_PARTS = ("telephony-1", "worker", "speech", "live-text", "api")


@pytest.fixture(scope="module")
def prepared() -> Iterator[City]:
    """A machine on which ``tsuwaroku prepare`` was run and nothing else."""
    with city_folder() as folder:
        city = City(folder, {})
        done = city.command("prepare")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "整いました" in done.stdout
        assert f"暗号の鍵を {city.home / 'keys'} に作りました（0600）" in done.stdout
        yield city


def everything_under(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_keys_are_made_that_only_the_services_own_user_can_read(prepared: City) -> None:
    user = ServiceUsers.for_this_machine().service
    owner = pwd.getpwnam(user).pw_uid if user is not None else os.geteuid()
    keys = prepared.home / "keys"
    secrets = [keys / name for name in everything_under(keys)]

    assert {f"{name}.key" for name in KEY_NAMES} <= {secret.name for secret in secrets}
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in secrets} == {0o600}
    assert {secret.stat().st_uid for secret in secrets} == {owner}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700


def test_a_second_time_changes_no_key(prepared: City) -> None:
    keys = everything_under(prepared.home / "keys")
    done = prepared.command("prepare")

    assert done.returncode == 0, done.stderr
    assert everything_under(prepared.home / "keys") == keys


@pytest.mark.parametrize("name", KEY_NAMES)
def test_a_lost_key_is_never_replaced_and_nothing_starts(prepared: City, name: str, tmp_path: Path) -> None:
    key, kept = prepared.home / f"keys/{name}.key", tmp_path / "kept"
    shutil.move(key, kept)
    try:
        refused = prepared.command("serve")
        assert refused.returncode == 1
        assert "できませんでした" in refused.stderr
        assert "鍵" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert not key.exists()
        assert not [part for part in OWN_PARTS if f'"kind": "{part}"' in refused.stderr]
    finally:
        shutil.move(kept, key)
        if (user := ServiceUsers.for_this_machine().service) is not None:
            shutil.chown(key, user, user)


def test_a_key_that_others_can_read_is_refused(prepared: City) -> None:
    key = prepared.home / "keys/vault.key"
    key.chmod(0o644)
    try:
        refused = prepared.command("vault", "verify")
        assert refused.returncode == 1
        assert "鍵" in refused.stderr
    finally:
        key.chmod(0o600)


def test_settings_that_promise_a_key_and_hold_none_are_refused() -> None:
    with city_folder() as folder:
        city = City(folder, {"TSUWAROKU_VAULT__KEY_PROVIDER": "environment"})
        refused = city.command("serve")

        assert refused.returncode == 1
        assert "鍵" in refused.stderr
        assert not list((city.home / "keys").glob("*.key"))


def test_a_broken_profile_is_told_whole_with_its_lines_and_nothing_starts_or_is_lost(
    prepared: City, tmp_path: Path
) -> None:
    shutil.copytree(PROGRAM / "profiles", tmp_path / "profiles")
    profile = tmp_path / "profiles/sakura.yaml"
    text = profile.read_text(encoding="utf-8").replace("recording: always", "recording: sometimes", 1)
    profile.write_text(text.replace('pickup_code: "*8"', 'pickup_code: "*1"'), encoding="utf-8")
    before = everything_under(prepared.home)
    broken = City(prepared.folder, {"TSUWAROKU_PROFILE": str(profile)})

    checked, refused = broken.command("profile", "check", str(profile)), broken.command("serve")

    assert (checked.returncode, refused.returncode) == (1, 1)
    for told in (checked.stdout, refused.stderr):
        assert "直すところが 2 件あります" in told
        assert re.search(r"\d+行目  pickup_code\n    理由: .+\n    直し方: .+", told)
        assert re.search(
            r"\d+行目  lines の 1番目（kokuho） の recording\n    理由: .+\n    直し方: .+", told
        )
        assert "Traceback" not in told
    assert everything_under(prepared.home) == before
    assert prepared.command("profile", "check", str(PROGRAM / "profiles/sakura.yaml")).returncode == 0


def test_a_folder_that_the_services_users_cannot_reach_is_refused() -> None:
    if ServiceUsers.for_this_machine().service is None:
        pytest.skip("without root the service has no users of its own")
    with city_folder() as folder:
        folder.chmod(0o700)
        refused = City(folder, {}).command("serve")

        assert refused.returncode == 1
        assert "TSUWAROKU_HOME" in refused.stderr
        assert "サービスの利用者が入れません" in refused.stderr
        assert not (folder / "home").exists()


def test_a_program_that_the_services_users_cannot_read_is_copied_to_where_they_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if ServiceUsers.for_this_machine().service is None:
        pytest.skip("without root everything runs as the caller")
    with city_folder() as folder:
        closed, public = folder / "root", folder / "opt/app"
        closed.mkdir(mode=0o700)
        checkout = closed / "checkout"
        for part in placement.PARTS:
            source, copy = PROGRAM / part, checkout / part
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, copy)
        (checkout / "profiles/sakura.yaml").chmod(0o600)
        assert not placement.is_public(checkout)
        assert placement.is_public(PROGRAM) or PROGRAM.parts[1] == "root"

        monkeypatch.setattr(placement, "PROGRAM", checkout)
        monkeypatch.setattr(placement, "PUBLIC_PROGRAM", public)
        placement.copy_program()

        assert placement.is_public(public)
        assert everything_under(public) == everything_under(checkout)
        seen = subprocess.run(
            ["cat", public / "profiles/sakura.yaml"],
            check=False, capture_output=True, user="nobody", group="nogroup", extra_groups=[], cwd="/",
        )  # fmt: skip
        assert seen.returncode == 0
