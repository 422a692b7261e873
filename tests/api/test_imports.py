"""録音機のファイル: a recorder's file comes into the vault like a call's recording, and is never a call."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, ImportId, RecordingId, subject_of_import
from incidents.imports.import_recording import ImportRecording
from incidents.reading_signals import ReadSignals
from storage.intake import Intake, NoRoomForFiles
from storage.keys import KEY_NAMES, FixedKeys
from storage.objects import ObjectStore, ObjectStoreFull
from telephony.unrecorded.unrecorded_reading import read_found
from tests.fixtures_console import FACT_CHECK, Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office
from tests.recorder_files import EMPTY_WAV, recorded

pytestmark = pytest.mark.real
FILE = recorded("mp3", "libmp3lame", seconds=3.0, title="窓口 11/20")


@pytest.fixture
def head(office: Office) -> AccountId:
    return office.account("kacho", Role.SUPERVISOR)


@pytest.fixture
def worker(office: Office) -> ImportRecording:
    return ImportRecording(
        database=office.worker, announcer=office.facts, vault=office.worker_vault,
        intake=office.parts.intake, profile=office.parts.profile, clock=office.parts.clock,
    )  # fmt: skip


def told(visit: Visitor, **changes: str) -> ImportId:
    wanted = str(uuid4())
    fields = {
        "press": wanted, "department": HOKEN, "recorded": "2026-11-20T10:15", "place": "窓口3番",
        "recorded_by": "保険 太郎", "held_by": "保険 太郎、庶務係", "notice": "told",
    }  # fmt: skip
    answer = visit.post("/imports", **{**fields, **changes})
    assert answer.status_code == 303, answer.text
    return ImportId(UUID(wanted))


def hand_over(visit: Visitor, wanted: ImportId, data: bytes, name: str = "R_0012.MP3", csrf: str = ""):  # noqa: ANN201
    return visit.client.post(
        f"/imports/{wanted}/file", data={"csrf": csrf or visit.csrf}, files={"file": (name, data)},
        follow_redirects=False,
    )  # fmt: skip


def row(office: Office, wanted: ImportId):  # noqa: ANN201
    with office.worker.begin() as connection:
        return connection.execute(text("SELECT * FROM imports WHERE id = :id"), {"id": wanted}).one()


def imported(office: Office, visit: Visitor, worker: ImportRecording, **changes: str) -> ImportId:
    wanted = told(visit, **changes)
    assert hand_over(visit, wanted, FILE).status_code == 303
    worker(str(wanted))
    return wanted


def count(office: Office, query: str) -> int:
    with office.worker.begin() as connection:
        return connection.execute(text(query)).scalar_one()


def stored(office: Office) -> int:
    return sum(1 for _ in office.parts.intake.objects.list())


def test_a_file_comes_into_the_vault_as_it_was_with_who_when_and_notice(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)

    wanted = imported(office, visit, worker, estimated="1")

    found = row(office, wanted)
    assert (found.state, found.estimated, found.notice) == ("kept", True, "told")
    assert bytes(found.file_sha256) == hashlib.sha256(FILE).digest()
    assert (found.arrived_by, found.object_key) == (head, None)
    assert found.claims["file:title"] == "窓口 11/20"
    opened = office.worker_vault.open_for_process("verification", RecordingId(found.recording_id), "original")
    assert opened.read(0, opened.size) == FILE
    with office.worker.begin() as connection:
        kept = connection.execute(text("SELECT * FROM recordings")).one()
    assert (kept.subject, kept.tracks) == (subject_of_import(wanted), "room")
    assert (kept.usable, kept.practice, getattr(kept, "class")) == (True, False, "incident")
    assert kept.started_at == datetime(2026, 11, 20, 1, 15, tzinfo=UTC)
    assert abs(kept.samples / 8000 - 3.0) < 0.2
    page = visit.get(f"/imports/{wanted}").text
    assert hashlib.sha256(FILE).hexdigest() in page
    assert "（推定）" in page
    assert "窓口 11/20" in page
    assert "保険 太郎、庶務係" in page


def test_it_is_opened_for_a_purpose_heard_quoted_and_found_and_nobody_knows_who_spoke(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)
    wanted = imported(office, visit, worker)
    recording = RecordingId(row(office, wanted).recording_id)
    office.transcribe(recording, (("room", 0.5, 2.5, "明細を今すぐ出してください。"),))
    call = subject_of_import(wanted)

    assert visit.post(f"/imports/{wanted}/open").status_code == 422
    assert visit.post(f"/imports/{wanted}/open", **FACT_CHECK).status_code == 303
    page = visit.get(f"/imports/{wanted}").text
    assert "明細を今すぐ出してください" in page
    assert "◇</span> 不明" in page
    with office.worker.begin() as connection:
        said = connection.execute(text("SELECT id FROM utterances")).scalar_one()
    clip = visit.post(f"/calls/{call}/clips", utterance=str(said))
    assert clip.status_code == 201, clip.text
    quote = uuid4()
    made = visit.post(f"/calls/{call}/quotes", quote=str(quote), utterance=str(said), start="0", end="2")
    assert made.json()["text"] == "明細"
    sheet = visit.get(f"/quotes/{quote}").text
    assert "不明（会場の録音" in sheet
    assert visit.get(f"/calls/{call}").headers["location"] == f"/imports/{wanted}"
    asked = visit.post("/search", words="明細", since="2026-11-01", until="2026-11-30", **FACT_CHECK)
    results = visit.get(asked.headers["location"]).text
    assert "の録音（録音機のファイル）" in results
    assert "窓口3番" in results
    acts = [one.act for one in office.knocks() if one.actor == head]
    assert {"read", "listen", "clip"} <= set(acts)


def test_it_is_a_call_in_no_count_no_signal_and_no_list(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)

    recording = RecordingId(row(office, imported(office, visit, worker)).recording_id)
    office.transcribe(recording, (("room", 0.5, 2.5, "殺すぞ。バカ野郎。"),))
    reads = ReadSignals(database=office.worker, profile=office.parts.profile, clock=office.parts.clock)
    reads(str(recording))
    before = visit.get("/dashboard").text
    office.write("DELETE FROM imports", {})

    assert before == visit.get("/dashboard").text, "no figure of any report knew of it"
    assert count(office, "SELECT count(*) FROM calls") == 0
    assert count(office, "SELECT count(*) FROM signals") == 0
    assert "通話はありません" in visit.get("/calls").text or "import-" not in visit.get("/calls").text


def test_the_same_file_is_told_and_not_stored_twice(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)
    first = imported(office, visit, worker)
    before = stored(office)
    second = told(visit)

    answer = hand_over(visit, second, FILE)

    assert answer.status_code == 409
    assert "すでに保管されています" in answer.text
    assert f"/imports/{first}" in answer.text
    assert (stored(office), row(office, second).state) == (before, "wanted")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7 no sound" * 100, "音声として読み取れません"), (EMPTY_WAV, "音が入っていません")],
)
def test_what_is_no_sound_is_refused_in_words_and_nothing_of_it_is_kept(  # noqa: PLR0913, PLR0917
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId, data: bytes, words: str
) -> None:
    visit = visitor(head)
    wanted = told(visit)
    assert hand_over(visit, wanted, data, name="市民の名前.wav").status_code == 303

    worker(str(wanted))

    found = row(office, wanted)
    assert found.state == "refused"
    assert (found.file_name, found.file_sha256, found.object_key) == (None, None, None)
    assert (stored(office), count(office, "SELECT count(*) FROM recordings")) == (0, 0)
    assert words in visit.get(f"/imports/{wanted}").text
    assert hand_over(visit, wanted, FILE).status_code == 303, "another file may come"


def test_an_empty_a_foreign_and_an_oversized_file_are_not_taken(
    office: Office, visitor: Arrive, head: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visitor(head)
    wanted = told(visit)

    assert hand_over(visit, wanted, b"").status_code == 422
    assert hand_over(visit, wanted, FILE, csrf="x" * 43).status_code == 403
    monkeypatch.setattr("core.profile.imports.MEGABYTE", 20)
    assert hand_over(visit, wanted, FILE).status_code == 413
    assert (stored(office), row(office, wanted).state) == (0, "wanted")


def test_a_name_is_words_and_never_a_path(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)
    wanted = told(visit)

    hand_over(visit, wanted, FILE, name="../../etc/<b>窓口\x07\\..\\R1.mp3")

    assert row(office, wanted).file_name == "R1.mp3"


def test_nobody_of_another_department_and_no_operator_sees_it(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    wanted = imported(office, visitor(head), worker)
    stranger = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    operator = visitor(office.account("tanto", Role.OPERATOR))

    assert stranger.get(f"/imports/{wanted}").status_code == 404
    assert hand_over(stranger, wanted, FILE).status_code == 404
    assert operator.get(f"/imports/{wanted}").status_code == 403


def test_what_nobody_was_told_of_stays_closed_until_opened_with_a_reason(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)
    wanted = imported(office, visit, worker, notice="unknown")

    assert visit.post(f"/imports/{wanted}/open", **FACT_CHECK).status_code == 403
    assert visit.post(f"/imports/{wanted}/use", reason="短い").status_code == 422
    assert visit.post(f"/imports/{wanted}/use", reason="窓口での暴力の確認のため").status_code == 303

    assert visit.post(f"/imports/{wanted}/open", **FACT_CHECK).status_code == 303
    assert "窓口での暴力の確認のため" in visit.get(f"/imports/{wanted}").text


def test_an_import_that_was_killed_goes_on_and_leaves_one_of_each(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visitor(head)
    wanted = told(visit)
    hand_over(visit, wanted, FILE)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(office.worker_vault, "add_derived", killed)
        with pytest.raises(KeyboardInterrupt):
            worker(str(wanted))
    assert row(office, wanted).state == "arrived"
    worker(str(wanted))
    worker(str(wanted))

    assert row(office, wanted).state == "kept"
    assert (stored(office), count(office, "SELECT count(*) FROM recordings")) == (2, 1)


def test_destroyed_it_leaves_nothing_but_its_certificate(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)
    wanted = imported(office, visit, worker)
    recording = RecordingId(row(office, wanted).recording_id)

    office.worker_vault.destroy(recording, "incident-approved", head)

    assert (stored(office), count(office, "SELECT count(*) FROM imports")) == (0, 0)
    with office.worker.begin() as connection:
        proof = connection.execute(text("SELECT evidence FROM destructions")).scalar_one()
    assert "original" in str(proof)
    assert visit.get(f"/imports/{wanted}").status_code == 404


def test_a_form_that_breaks_off_leaves_nothing(office: Office, visitor: Arrive, head: AccountId) -> None:
    visit = visitor(head)
    wanted = told(visit)
    begun = (
        f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{visit.csrf}\r\n--b\r\n'
        'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n'
    ).encode()

    answer = visit.client.post(
        f"/imports/{wanted}/file", content=begun + FILE,
        headers={"content-type": "multipart/form-data; boundary=b"},
    )  # fmt: skip

    assert answer.status_code == 400
    assert (stored(office), row(office, wanted).state) == (0, "wanted")


def test_a_disk_that_is_full_or_nearly_so_takes_no_file_and_says_so(
    office: Office, visitor: Arrive, head: AccountId, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    visit = visitor(head)
    wanted = told(visit)
    nearly = Intake(
        ObjectStore.at(f"file://{tmp_path}/objects"),
        FixedKeys(dict.fromkeys(KEY_NAMES, b"k" * 32)),
        kept_free=1.0,
    )
    with pytest.raises(NoRoomForFiles):
        nearly.refuse_without_room(1)

    def full(*_: object) -> None:
        raise ObjectStoreFull

    monkeypatch.setattr(office.parts.intake.objects, "put", full)
    answer = hand_over(visit, wanted, FILE)

    assert answer.status_code == 507
    assert 'role="alert"' in answer.text
    assert (stored(office), row(office, wanted).state) == (0, "wanted")


def test_a_case_shows_its_files_and_a_group_keeps_them_with_the_case(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit, other = visitor(head), visitor(office.account("hoka", Role.SUPERVISOR))
    office.call("a")
    case = visit.post("/calls/city-a.0/incident", press=str(uuid4())).headers["location"]
    wanted = imported(office, visit, worker, incident=case.rpartition("/")[2])
    assert f"/imports/{wanted}" in other.get(case).text
    assert other.post(f"/imports/{wanted}/open", **FACT_CHECK).status_code == 303
    group = str(uuid4())
    visit.post("/rights/groups", name="議員", department=HOKEN, press=group)

    visit.post("/calls/city-a.0/restriction", group=group, reason="議員に関する通話", press=str(uuid4()))

    assert other.get(f"/imports/{wanted}").status_code == 404
    grant = next(one.id for one in office.knocks() if one.act == "listen")
    assert other.get(f"/recordings/{grant}/audio").status_code in {403, 404}
    assert visit.get(f"/imports/{wanted}").status_code == 200


def test_it_is_disclosed_like_a_call(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    wanted = imported(office, visitor(head), worker)
    recording = RecordingId(row(office, wanted).recording_id)
    office.transcribe(recording, (("room", 0.5, 2.5, "明細を今すぐ出してください。"),))
    officer = visitor(office.account("kaiji", Role.RECORDS_OFFICER))
    page = officer.post("/records", number="令和8年度 第12号").headers["location"]
    days = {"since": "2026-11-01", "until": "2026-11-30"}

    found = officer.post(f"{page}/facts", **days).text
    assert "録音機のファイル" in found
    assert "見つかった通話（0件）" in officer.post(f"{page}/facts", **days, line="kokuho").text
    officer.post(f"{page}/accept", recording=str(recording))
    officer.post(f"{page}/open", recording=str(recording))
    shown = officer.get(f"{page}/{recording}").text

    assert "明細を今すぐ出してください" in shown
    assert "不明" in shown


def test_the_nightly_comparison_misses_no_call_of_it(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    imported(office, visitor(head), worker)
    now = datetime(2026, 11, 21, tzinfo=UTC)

    with office.worker.begin() as connection:
        found = read_found(connection, office.parts.profile, now - timedelta(days=3), now, None)

    assert list(found.recordings) == []
