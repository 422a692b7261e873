"""Several supervisors may share one folder, each with its own parts: none may touch what is another's."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from core.settings import AsteriskSettings, DatabaseSettings, Settings
from runtime.home import ServiceUsers
from runtime.installation import Installation
from runtime.processes import plans_of


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    # A machine on which nothing was installed yet has no such users, and a unit test makes none.
    nobody_else = ServiceUsers(service=None, database=None, pbx=None)
    monkeypatch.setattr(ServiceUsers, "for_this_machine", lambda: nobody_else)
    (tmp_path / "run").mkdir()
    return Installation(
        Settings(
            home=tmp_path,
            database=DatabaseSettings(worker_dsn=SecretStr("postgresql://nowhere/none")),
            asterisk=AsteriskSettings(ari_url="http://127.0.0.1:9/ari"),
        )
    )


def test_starting_the_worker_leaves_the_beat_of_a_telephony_process_elsewhere(
    installation: Installation,
) -> None:
    beat = installation.home.run / "telephony-1.beat"
    beat.touch()

    plans = plans_of(installation, frozenset({"worker", "speech"}))

    assert [plan.name for plan in plans] == ["worker", "speech"]
    assert beat.exists()


def test_starting_telephony_does_not_take_an_old_beat_for_life(installation: Installation) -> None:
    beat = installation.home.run / "telephony-2.beat"
    beat.touch()

    first, second = plans_of(installation, frozenset({"telephony"}))

    assert (first.name, second.name) == ("telephony-1", "telephony-2")
    assert first.heartbeat != second.heartbeat == beat
    assert second.ready is not None
    assert not second.ready()
