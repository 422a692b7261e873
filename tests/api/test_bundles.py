"""A bundle is asked for, made by the worker, looked through, and handed out with its password apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text

from core.actors import Role
from core.facts import BundleWanted
from disclosure.bundle import make_bundle_job
from disclosure.bundle.checking import check_bundle
from storage.access_heads import signing_key
from storage.database import Database
from tests.api.test_disclosures import DECIDED, FORM, step
from tests.api.test_redactions import NAME, take
from tests.bundle_maker import BundleWork, bundle_work
from tests.fixtures_console import Arrive, Visitor
from tests.office import Office
from tests.redaction_scenes import accepted, transcribed

pytestmark = pytest.mark.real

TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


@pytest.fixture
def maker(office: Office, tmp_path: Path) -> BundleWork:
    """Do the worker's part."""
    return bundle_work(office, tmp_path / "making")


def led(office: Office, officer: Visitor) -> tuple[str, UUID]:
    """Lead a request to a decision in part, with one recording; returns its page and the recording."""
    case = str(
        officer.post("/disclosures", press=str(uuid4()), **{**FORM, "on_day": TODAY}).headers["location"]
    )
    page = case.replace("disclosures", "records")
    recording = office.record(office.call("a"), seconds=6.0)
    transcribed(office, recording)
    accepted(officer, page, recording)
    assert step(officer, case, "identity-checked", words="運転免許証", on_day=TODAY) == 303
    return case, recording


def all_heard(owner: Database, recording: UUID, version: int) -> None:
    """Let two people have heard a version."""
    with owner.begin() as connection:
        request = connection.execute(text("SELECT request_id FROM record_candidates")).scalar_one()
        for who in connection.execute(text("SELECT id FROM accounts LIMIT 2")).scalars().all():
            connection.execute(
                text(
                    "INSERT INTO redaction_hearings (id, request_id, recording_id, version, start_ms, end_ms,"
                    " by, at) VALUES (gen_random_uuid(), :request, :recording, :version, 0, 6000, :by, now())"
                ),
                {"request": request, "recording": recording, "version": version, "by": who},
            )


def bundle(owner: Database) -> Row[Any]:
    with owner.begin() as connection:
        return connection.execute(text("SELECT * FROM bundles ORDER BY asked_at DESC LIMIT 1")).one()


def wanted(office: Office) -> list[str]:
    return [str(one.bundle) for one in office.facts.facts if isinstance(one, BundleWanted)]


def test_a_bundle_is_made_looked_through_and_handed_out_with_its_password_apart(
    office: Office, officer: Visitor, owner_database: Database, maker: BundleWork, tmp_path: Path
) -> None:
    office.account("futari", Role.RECORDS_OFFICER)
    case, recording = led(office, officer)
    content = f"{case.replace('disclosures', 'records')}/{recording}"
    passage = take(officer, content, "mask", **NAME)[1]["passages"][0]["id"]
    assert officer.post(f"{case}/bundles", press=str(uuid4())).status_code == 409  # no ground is said
    take(officer, content, "ground", passage=passage, ground="ho-78-2", note="氏名")
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    all_heard(owner_database, recording, 2)
    press = str(uuid4())
    for _ in range(2):
        assert officer.post(f"{case}/bundles", press=press).status_code == 303
    assert wanted(office) == [press]
    assert "順番を待っています" in officer.get(f"{case}/bundles").text

    maker(press)
    maker(press)

    row = bundle(owner_database)
    assert (row.state, row.fault, row.findings) == ("ready", None, None)
    page = officer.get(f"{case}/bundles").text
    assert "交付できます" in page
    assert row.sha256.hex() in page
    handed = officer.post(f"{case}/bundles/{press}/file")
    shown = officer.post(f"{case}/bundles/{press}/password").text
    file = tmp_path / "handed.zip"
    file.write_bytes(handed.content)
    password = shown.split("<strong>")[1].split("</strong>")[0]
    told = check_bundle(file, password, signing_key(office.keys).public_key())
    assert told.manifest.receipt == "R8-12"
    assert password not in page
    acts = [one.act for one in office.knocks()]
    assert acts.count("take-out") == 2
    assert list((tmp_path / "making").iterdir()) == []

    take(officer, content, "undo")
    assert "もう一度作ってください" in officer.get(f"{case}/bundles").text, "passages changed since"


def ready(
    office: Office, officer: Visitor, owner: Database, maker: BundleWork,
    before: Callable[[str], None] = lambda _case: None,
) -> tuple[str, str]:  # fmt: skip
    """Lead a request to a bundle that may leave; returns the request's page and the bundle's."""
    office.account("futari", Role.RECORDS_OFFICER)
    case, recording = led(office, officer)
    before(case)
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    all_heard(owner, recording, 0)
    press = str(uuid4())
    assert officer.post(f"{case}/bundles", press=press).status_code == 303
    maker(press)
    assert bundle(owner).state == "ready"
    return case, f"{case}/bundles/{press}"


def test_a_bundle_is_shown_in_the_hall_from_the_bundle_alone_and_in_one_session(
    office: Office, officer: Visitor, visitor: Arrive, owner_database: Database, maker: BundleWork
) -> None:
    _, made = ready(office, officer, owner_database, maker)
    begun = str(officer.post(f"{made}/viewing").headers["location"])
    page = officer.get(begun).text
    assert "通話1" in page
    assert "文字起こし" in page

    sound = officer.get(f"{begun}/call-1.webm")
    assert sound.status_code == 200
    assert sound.content[:4] == b"\x1a\x45\xdf\xa3"
    part = officer.get(f"{begun}/call-1.webm", headers={"range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, sound.content[4:10])
    assert officer.get(f"{begun}/transcript.pdf").content.startswith(b"%PDF")
    for name in ("manifest.json", "call-1.wav", "call-2.webm", "nothing.pdf"):
        assert officer.get(f"{begun}/{name}").status_code == 404, name
    assert [one.detail["what"] for one in office.knocks() if one.act == "take-out"] == ["viewing"]

    other = visitor(office.account("futari2", Role.RECORDS_OFFICER))
    assert other.get(begun).status_code == 403
    until, mark = begun.rsplit("/", 1)[1].split("-")
    for wrong in (f"{int(until) + 1}-{mark}", f"{until}-{mark[:-1]}0", "-", "1-", f"{until}-あ"):
        assert officer.get(f"{begun.rsplit('/', 1)[0]}/{wrong}").status_code in {403, 404}, wrong


def test_who_lost_the_right_in_the_middle_gets_no_bundle(
    office: Office, officer: Visitor, owner_database: Database, maker: BundleWork
) -> None:
    case, made = ready(office, officer, owner_database, maker)
    with owner_database.begin() as connection:
        connection.execute(text("UPDATE accounts SET roles = '{operator}' WHERE login = 'kaiji'"))

    for way in ("file", "password", "viewing"):
        assert officer.post(f"{made}/{way}").status_code in {403, 404}, way
    assert officer.get(f"{case}/bundles").status_code in {403, 404}
    assert [one for one in office.knocks() if one.act == "take-out" and one.granted] == []


def test_a_third_person_who_objects_is_told_and_has_two_weeks_before_anything_leaves(
    office: Office, officer: Visitor, owner_database: Database, maker: BundleWork
) -> None:
    person = str(uuid4())
    asked = {"name": "鈴木 次郎", "address": "東町2", "until": TODAY, "yes": "yes", "press": person}

    def objects(case: str) -> None:
        assert step(officer, case, "third-person-asked", **asked, on_day=TODAY) == 303
        assert step(officer, case, "third-person-answered", thing=person, yes="yes", on_day=TODAY) == 303

    case, made = ready(office, officer, owner_database, maker, before=objects)
    for _ in range(2):
        for way in ("file", "password", "viewing"):
            assert officer.post(f"{made}/{way}").status_code == 409, way
        assert step(officer, case, "objector-told", thing=person, on_day=TODAY) == 303
    assert [one for one in office.knocks() if one.act == "take-out"] == []


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_makes_it_whole(  # noqa: PLR0913, PLR0917  fixtures
    office: Office, officer: Visitor, owner_database: Database, maker: BundleWork, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    case, recording = led(office, officer)
    office.account("futari", Role.RECORDS_OFFICER)
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    all_heard(owner_database, recording, 0)
    press = str(uuid4())
    officer.post(f"{case}/bundles", press=press)
    left = tmp_path / "making" / f"{uuid4()}.zip"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"of another bundle, and its password is gone")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as at_the_end:
        at_the_end.setattr(make_bundle_job, "finish_bundle", killed)
        with pytest.raises(KeyboardInterrupt):
            maker(press)
    assert bundle(owner_database).state == "looking"
    assert officer.post(f"{case}/bundles/{press}/file").status_code == 404

    maker(press)

    assert bundle(owner_database).state == "ready"
    assert list((tmp_path / "making").iterdir()) == []


def test_a_full_disk_is_told_and_the_bundle_can_be_asked_for_again(
    office: Office,
    officer: Visitor,
    owner_database: Database,
    maker: BundleWork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, recording = led(office, officer)
    office.account("futari", Role.RECORDS_OFFICER)
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    all_heard(owner_database, recording, 0)
    first, second = str(uuid4()), str(uuid4())
    officer.post(f"{case}/bundles", press=first)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as away:
        away.setattr(make_bundle_job, "make_bundle", full)
        with pytest.raises(OSError, match="No space"):
            maker(first)
    assert (bundle(owner_database).state, bundle(owner_database).fault) == ("failed", "disk")
    assert "作れませんでした" in officer.get(f"{case}/bundles").text

    officer.post(f"{case}/bundles", press=second)
    maker(second)
    assert bundle(owner_database).state == "ready"


@pytest.mark.parametrize("what", ["not-heard", "not-decided"])
def test_what_must_not_leave_is_refused_and_says_why(
    office: Office, officer: Visitor, owner_database: Database, maker: BundleWork, what: str
) -> None:
    case, recording = led(office, officer)
    if what == "not-decided":
        office.account("futari", Role.RECORDS_OFFICER)
        all_heard(owner_database, recording, 0)
    else:
        assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    press = str(uuid4())
    assert officer.post(f"{case}/bundles", press=press).status_code == 303

    maker(press)

    assert (bundle(owner_database).state, bundle(owner_database).fault) == ("refused", f"bundle-{what}")
    assert "交付できません" in officer.get(f"{case}/bundles").text
    assert officer.post(f"{case}/bundles/{press}/file").status_code == 404
    assert officer.post(f"{case}/bundles/{press}/password").status_code == 404
