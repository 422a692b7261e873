"""A finished bundle is heard again by a recogniser, or a person decides not to wait; then it may leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from core.actors import Role
from core.facts import BundleMade
from storage.database import Database
from storage.objects import ObjectMissing
from storage.vault_verify import VaultVerifier
from tests.api.test_bundles import TODAY, all_heard, bundle, led
from tests.api.test_disclosures import DECIDED, step
from tests.api.test_redactions import NAME, take
from tests.bundle_maker import BundleWork, Ears, bundle_work
from tests.fakes.clock import FakeClock
from tests.fixtures_console import Arrive, Visitor
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


def heard_by(
    office: Office, officer: Visitor, owner: Database, folder: Path, ears: Ears
) -> tuple[str, str, BundleWork]:
    """Make a bundle without a name, up to where it is heard; returns the request's page, its id, the work."""
    case, recording = led(office, officer)
    content = f"{case.replace('disclosures', 'records')}/{recording}"
    passage = take(officer, content, "mask", **NAME)[1]["passages"][0]["id"]
    take(officer, content, "ground", passage=passage, ground="ho-78-2")
    office.account("futari", Role.RECORDS_OFFICER)
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    all_heard(owner, recording, 2)
    press = str(uuid4())
    officer.post(f"{case}/bundles", press=press)
    work = bundle_work(office, folder / "making", ears)
    work.make(press)
    assert [one.bundle for one in office.facts.facts if isinstance(one, BundleMade)] == [UUID(press)]
    return case, press, work


def test_a_finished_bundle_waits_until_a_recogniser_has_heard_it(
    office: Office, officer: Visitor, owner_database: Database, tmp_path: Path
) -> None:
    ears = Ears("国保年金課です")
    case, press, work = heard_by(office, officer, owner_database, tmp_path, ears)

    assert "音声認識で聞き直して" in officer.get(f"{case}/bundles").text
    for way in ("file", "password", "viewing"):
        assert officer.post(f"{case}/bundles/{press}/{way}").status_code == 404, way
    work.hear(press)
    work.hear(press)

    row = bundle(owner_database)
    assert (row.state, row.heard, row.not_heard_by) == ("ready", True, None)
    assert row.done == row.steps == 2
    assert ears.heard == 4, "the passage, on both sides, in both files"
    assert "不開示の言葉は聞こえませんでした" in officer.get(f"{case}/bundles").text
    assert officer.post(f"{case}/bundles/{press}/file").status_code == 200


def test_what_a_recogniser_still_hears_never_leaves_and_its_file_is_gone(
    office: Office, officer: Visitor, owner_database: Database, tmp_path: Path
) -> None:
    case, press, work = heard_by(office, officer, owner_database, tmp_path, Ears("鈴木さん"))
    key = bundle(owner_database).object_key
    assert b"".join(office.parts.bundles.pieces(key, 4))

    work.hear(press)

    row = bundle(owner_database)
    assert (row.state, row.fault, row.object_key) == ("refused", "bundle-leaks", None)
    assert {one["leak"] for one in row.findings} == {"sound"}
    assert "鈴木" not in str(row.findings)
    with pytest.raises(ObjectMissing):
        b"".join(office.parts.bundles.pieces(key, 4))
    assert officer.post(f"{case}/bundles/{press}/not-waited").status_code == 404
    assert officer.post(f"{case}/bundles/{press}/file").status_code == 404


def test_where_there_is_no_recogniser_it_leaves_and_says_so(
    office: Office, officer: Visitor, owner_database: Database, tmp_path: Path
) -> None:
    case, press, work = heard_by(office, officer, owner_database, tmp_path, Ears(missing=True))

    work.hear(press)

    assert (bundle(owner_database).state, bundle(owner_database).heard) == ("ready", False)
    assert "この設備に音声認識がありません" in officer.get(f"{case}/bundles").text


def test_a_person_may_decide_not_to_wait_and_is_named(
    office: Office, officer: Visitor, owner_database: Database, visitor: Arrive, tmp_path: Path
) -> None:
    def decides(_heard: int) -> None:
        assert officer.post(f"{case}/bundles/{press}/not-waited").status_code in {303, 404}

    case, press, work = heard_by(office, officer, owner_database, tmp_path, Ears(before=decides))
    stranger = visitor(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,)))
    assert stranger.post(f"{case}/bundles/{press}/not-waited").status_code in {403, 404}
    assert bundle(owner_database).state == "hearing"

    work.hear(press)

    row = bundle(owner_database)
    assert (row.state, row.heard) == ("ready", False)
    assert row.not_heard_by is not None
    assert "さくら 市子（kaiji） が決めました" in officer.get(f"{case}/bundles").text


def test_a_recogniser_that_dies_in_the_middle_leaves_it_waiting_and_the_next_hears_it_whole(
    office: Office, officer: Visitor, owner_database: Database, tmp_path: Path
) -> None:
    def dies(heard: int) -> None:
        if heard == 3:
            raise KeyboardInterrupt

    case, press, work = heard_by(office, officer, owner_database, tmp_path, Ears(before=dies))

    with pytest.raises(KeyboardInterrupt):
        work.hear(press)
    assert bundle(owner_database).state == "hearing"
    assert list((tmp_path / "making").rglob("*.wav")) == []
    work.hear(press)

    assert (bundle(owner_database).state, bundle(owner_database).heard) == ("ready", True)
    assert officer.post(f"{case}/bundles/{press}/file").status_code == 200


def test_the_check_of_the_whole_vault_takes_a_bundle_for_no_stray(
    office: Office, officer: Visitor, owner_database: Database, tmp_path: Path
) -> None:
    _, press, work = heard_by(office, officer, owner_database, tmp_path, Ears())
    verifier = VaultVerifier(
        database=office.worker, objects=office.worker_vault._objects, keys=office.keys,
        clock=FakeClock(datetime.now(UTC) + timedelta(days=2)),
    )  # fmt: skip

    assert [one.code for one in verifier.verify().faults] == []
    work.hear(press)
    assert [one.code for one in verifier.verify().faults] == []
