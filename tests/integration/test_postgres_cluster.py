"""The private cluster: reachable for the service alone, and alive again after a crash."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from runtime.postgres_cluster import FolderNotReachable, PostgresCluster
from runtime.postgres_programs import PostgresPrograms
from storage.database import Database, DatabaseAway
from tests.fixtures_postgres import DatabaseDsns

pytestmark = pytest.mark.real

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="two OS users need root")


@pytest.fixture
def own_cluster(open_folder: Path) -> Iterator[PostgresCluster]:
    folder = Path(tempfile.mkdtemp(dir=open_folder))
    folder.chmod(0o755)
    cluster = PostgresCluster(folder / "pg", folder / "keys", group="nogroup" if os.geteuid() == 0 else None)
    cluster.prepare()
    cluster.start()
    yield cluster
    cluster.stop()


def test_after_a_kill_the_cluster_comes_back_with_everything_committed(own_cluster: PostgresCluster) -> None:
    database = Database(own_cluster.dsn("owner"))
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE facts (fact text)"))
        connection.execute(text("INSERT INTO facts VALUES ('the call was recorded')"))

    with pytest.raises(DatabaseAway), database.begin() as connection:  # noqa: PT012  the crash is in the middle
        connection.execute(text("INSERT INTO facts VALUES ('never committed')"))
        own_cluster.kill()
        connection.execute(text("SELECT 1"))
    with pytest.raises(DatabaseAway), database.begin():
        pass
    own_cluster.start()

    with database.begin() as connection:
        assert connection.execute(text("SELECT fact FROM facts")).scalars().all() == ["the call was recorded"]
    database.close()


def test_preparing_again_changes_nothing_and_new_passwords_replace_lost_ones(
    own_cluster: PostgresCluster,
) -> None:
    before = own_cluster.dsn("app")
    own_cluster.prepare()
    assert own_cluster.dsn("app") == before

    own_cluster.stop()
    own_cluster.passwords.file("app").unlink()
    own_cluster.prepare()
    own_cluster.start()

    assert own_cluster.dsn("app") != before
    psycopg.connect(own_cluster.dsn("app")).close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(before)


def test_a_set_up_that_was_killed_half_way_is_begun_again(open_folder: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=open_folder))
    folder.chmod(0o755)
    (folder / "pg" / "data.making").mkdir(parents=True)
    (folder / "pg" / "data.making" / "PG_VERSION").write_text("18\n")
    cluster = PostgresCluster(folder / "pg", folder / "keys")

    cluster.prepare()
    cluster.start()

    cluster.wait_until_ready(1)
    cluster.stop()


def test_passwords_are_readable_by_their_owner_only(own_cluster: PostgresCluster) -> None:
    files = sorted(own_cluster.passwords.file("app").parent.iterdir())

    assert [file.name for file in files] == [
        "postgres-app.password", "postgres-owner.password", "postgres-worker.password",
    ]  # fmt: skip
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_no_role_of_ours_may_pass_by_row_level_security(database_dsns: DatabaseDsns) -> None:
    with psycopg.connect(database_dsns.owner) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
            " WHERE rolname LIKE 'tsuwaroku\\_%' ORDER BY 1"
        ).fetchall()
        owned = connection.execute(
            "SELECT count(*) FROM pg_class JOIN pg_roles r ON r.oid = relowner"
            " WHERE rolname IN ('tsuwaroku_app', 'tsuwaroku_worker')"
        ).fetchone()

    assert roles == [
        ("tsuwaroku_app", False, False, False),
        ("tsuwaroku_owner", False, False, False),
        ("tsuwaroku_worker", False, False, False),
    ]
    assert owned == (0,)


def test_the_cluster_opens_no_port(own_cluster: PostgresCluster) -> None:
    with psycopg.connect(own_cluster.dsn("owner")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


_CONNECT = """
import sys, psycopg
try:
    psycopg.connect(sys.stdin.read(), connect_timeout=2).close()
except psycopg.OperationalError as error:
    print("refused")
else:
    print("let in")
"""


def _connects(dsn: str, **identity: object) -> str:
    return subprocess.run(
        [sys.executable, "-c", _CONNECT], input=dsn, capture_output=True, text=True, check=True, cwd="/",
        extra_groups=[], **identity,
    ).stdout.strip()  # type: ignore[call-overload]  # fmt: skip


@needs_root
def test_only_the_service_s_os_user_reaches_the_socket(own_cluster: PostgresCluster) -> None:
    """A stranger is stopped by the folder even with the right password; the service's group passes it."""
    dsn = own_cluster.dsn("app")

    assert _connects(dsn, user="nobody", group="nogroup") == "let in"
    assert _connects(dsn, user="nobody", group="daemon") == "refused"


@needs_root
def test_the_service_s_os_user_is_not_the_superuser_and_needs_its_password(
    own_cluster: PostgresCluster,
) -> None:
    socket = str(own_cluster._socket)

    assert (
        _connects(f"host={socket} user=tsuwaroku-db dbname=postgres", user="nobody", group="nogroup")
        == "refused"
    )
    assert (
        _connects(f"host={socket} user=tsuwaroku_app dbname=tsuwaroku", user="nobody", group="nogroup")
        == "refused"
    )


@needs_root
def test_a_folder_the_cluster_s_user_may_not_enter_is_named_before_anything_fails(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)

    with pytest.raises(FolderNotReachable):
        PostgresCluster(tmp_path / "pg", tmp_path / "keys").prepare()


@needs_root
def test_server_programs_out_of_reach_are_copied_beside_the_data(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(tempfile.mkdtemp(dir=open_folder))
    folder.chmod(0o755)
    cluster = PostgresCluster(folder / "pg", folder / "keys")
    reach = PostgresPrograms.may_enter
    monkeypatch.setattr(
        PostgresPrograms, "may_enter", lambda own, place: place.is_relative_to(folder) and reach(own, place)
    )

    cluster.prepare()
    cluster.start()

    assert Path(cluster.command()[-3]).is_relative_to(folder)
    cluster.run_as_superuser("SELECT 1;")
    cluster.stop()
