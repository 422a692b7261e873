"""録音機のファイル: a recorder's file comes into the vault like a call's recording, and is never a call."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, RecordingId, subject_of_import
from incidents.imports.import_recording import ImportRecording
from incidents.raising.reading_signals import ReadSignals
from telephony.unrecorded.unrecorded_reading import read_found
from tests.fixtures_console import FACT_CHECK, Arrive
from tests.imported_files import FILE, count, hand_over, imported, row, stored, worker_of
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real


@pytest.fixture
def head(office: Office) -> AccountId:
    return office.account("kacho", Role.SUPERVISOR)


@pytest.fixture
def worker(office: Office) -> ImportRecording:
    return worker_of(office)


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


def test_the_file_as_it_came_is_taken_out_by_whoever_has_it_open_and_each_time_is_written_down(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    visit = visitor(head)
    wanted = imported(office, visit, worker)
    recording = str(row(office, wanted).recording_id)
    stranger = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    officer = visitor(office.account("kaiji", Role.RECORDS_OFFICER))
    page = officer.post("/records", number="令和8年度 第12号").headers["location"]

    unopened = visit.post(f"/imports/{wanted}/original")
    visit.post(f"/imports/{wanted}/open", **FACT_CHECK)
    shown = visit.get(f"/imports/{wanted}").text
    files = [visit.post(f"/imports/{wanted}/original") for _ in range(2)]
    not_accepted = officer.post(f"{page}/original", recording=recording)
    officer.post(f"{page}/accept", recording=recording)
    disclosed = officer.post(f"{page}/original", recording=recording)

    assert (unopened.status_code, not_accepted.status_code) == (403, 404)
    assert f"/imports/{wanted}/original" in shown
    assert [one.content for one in files] == [FILE, FILE]
    assert disclosed.content == FILE
    assert files[0].headers["content-disposition"].startswith("attachment")
    assert "R_0012" not in files[0].headers["content-disposition"]
    assert stranger.post(f"/imports/{wanted}/original").status_code == 404
    taken = [(one.actor, one.purpose, one.granted) for one in office.knocks() if one.act == "take-out"]
    assert taken[:2] == [(head, FACT_CHECK["purpose"], True)] * 2
    assert [one[1:] for one in taken[2:]] == [("disclosure", True)]
    assert "元のファイルを取り出した" in visit.get(f"/imports/{wanted}").text


def test_of_a_call_there_is_no_such_file_to_take(office: Office, visitor: Arrive) -> None:
    call = office.call("a")
    recording = office.record(call, seconds=1.0)
    officer = visitor(office.account("kaiji", Role.RECORDS_OFFICER))
    page = officer.post("/records", number="令和8年度 第13号").headers["location"]
    officer.post(f"{page}/accept", recording=str(recording))

    assert officer.post(f"{page}/original", recording=str(recording)).status_code == 404


def test_the_nightly_comparison_misses_no_call_of_it(
    office: Office, visitor: Arrive, worker: ImportRecording, head: AccountId
) -> None:
    imported(office, visitor(head), worker)
    now = datetime(2026, 11, 21, tzinfo=UTC)

    with office.worker.begin() as connection:
        found = read_found(connection, office.parts.profile, now - timedelta(days=3), now, None)

    assert list(found.recordings) == []
