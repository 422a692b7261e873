"""録音機のファイル that are broken, empty, too large, known, or cut off: told in words, nothing half kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.actors import Role
from core.ids import AccountId
from incidents.imports.import_recording import ImportRecording
from storage.intake import Intake, NoRoomForFiles
from storage.keys import KEY_NAMES, FixedKeys
from storage.objects import ObjectStore, ObjectStoreFull
from tests.fixtures_console import Arrive
from tests.imported_files import FILE, count, hand_over, imported, row, stored, told, worker_of
from tests.office import Office
from tests.recorder_files import EMPTY_WAV

pytestmark = pytest.mark.real


@pytest.fixture
def head(office: Office) -> AccountId:
    return office.account("kacho", Role.SUPERVISOR)


@pytest.fixture
def worker(office: Office) -> ImportRecording:
    return worker_of(office)


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
