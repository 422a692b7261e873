"""Small decisions of the console: certificates, ranges, words of a transcript, figures for people."""

from __future__ import annotations

import importlib.util
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from api.alarm_texts import ALARM_TEXTS, alarm_text
from api.certificate import Certificate, CertificateUnusable, given_certificate, own_certificate
from api.reading.calls import Cursor
from api.reading.transcripts import Piece, pieces_of, unsure_spans
from api.routes.recordings import NoSuchRange, is_range, wanted_range
from api.static_files import static_version
from api.wording import FINDINGS, OUTCOMES, PHASES, day_time, length, number_as_dialled, position
from core.ids import CallId
from telephony.call.call import Outcome, Phase
from telephony.capture.findings import WORTH_AN_ALARM, Finding
from tests.fakes.clock import FakeClock
from transcription.utterance import Word


def test_the_own_certificate_is_made_once_with_a_private_key_for_the_program_alone(tmp_path: Path) -> None:
    clock = FakeClock()

    made = own_certificate(tmp_path / "tls", clock, ("console.city.example", "192.0.2.7"))
    first = made.certificate.read_bytes()
    again = own_certificate(tmp_path / "tls", clock, ("console.city.example", "192.0.2.7"))

    names = x509.load_pem_x509_certificate(first).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert {str(one.value) for one in names.value} >= {"console.city.example", "192.0.2.7", "localhost"}
    assert made.key.stat().st_mode & 0o777 == 0o600
    assert again.certificate.read_bytes() == first


def test_a_certificate_that_ends_soon_or_speaks_for_others_is_made_again(tmp_path: Path) -> None:
    clock = FakeClock()
    first = own_certificate(tmp_path, clock, ("a.example",)).certificate.read_bytes()
    renamed = own_certificate(tmp_path, clock, ("b.example",)).certificate.read_bytes()

    clock.go_on(timedelta(days=370))
    renewed = own_certificate(tmp_path, clock, ("b.example",)).certificate.read_bytes()

    assert len({first, renamed, renewed}) == 3


@pytest.mark.parametrize("torn", ["console.pem", "console-key.pem"])
def test_a_certificate_that_was_torn_in_the_making_is_made_again(tmp_path: Path, torn: str) -> None:
    clock = FakeClock()
    other = own_certificate(tmp_path / "other", clock, ("a.example",))
    made = own_certificate(tmp_path / "own", clock, ("a.example",))
    for leftover in (b"", getattr(other, "certificate" if torn == "console.pem" else "key").read_bytes()):
        (tmp_path / "own" / torn).write_bytes(leftover)

        again = own_certificate(tmp_path / "own", clock, ("a.example",))

        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(again.certificate, made.key)


def test_half_a_certificate_is_refused(tmp_path: Path) -> None:
    assert given_certificate(None, None) is None
    with pytest.raises(CertificateUnusable):
        given_certificate(tmp_path / "only.pem", None)


def test_a_whole_certificate_of_the_citys_is_served_as_it_is(tmp_path: Path) -> None:
    certificate, key = tmp_path / "city.pem", tmp_path / "city.key"
    certificate.write_text("certificate")
    key.write_text("key")

    assert given_certificate(certificate, key) == Certificate(certificate=certificate, key=key, own=False)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (0, 100)),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-999", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-999", (0, 100)),
        ("bytes=-", (0, 100)),
        ("bytes=1-2,5-6", (0, 100)),
        ("lines=1-2", (0, 100)),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str | None, expected: tuple[int, int]) -> None:
    assert wanted_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=20-10", "bytes=-0"])
def test_a_range_outside_is_refused(header: str) -> None:
    assert is_range(header)
    with pytest.raises(NoSuchRange):
        wanted_range(header, 100)


def test_uncertain_words_are_found_where_they_stand() -> None:
    words = [
        Word(text="納税", start=0, end=1, probability=0.9),
        Word(text=" 納税", start=1, end=2, probability=0.3),
        Word(text="どこにもない", start=2, end=3, probability=0.1),
    ]

    assert unsure_spans("納税の納税通知書", words) == [(3, 5)]


def test_a_text_is_cut_into_plain_uncertain_and_found_pieces_and_nothing_is_lost() -> None:
    pieces = pieces_of("明細を今すぐ", unsure=[(0, 3)], found=[(1, 2), (4, 99), (-5, 0)])

    assert pieces == (
        Piece("明", unsure=True),
        Piece("細", unsure=True, found=True),
        Piece("を", unsure=True),
        Piece("今"),
        Piece("すぐ", found=True),
    )
    assert pieces_of("") == ()


def test_figures_are_written_as_people_say_them() -> None:
    assert [length(one) for one in (0, 42.9, 185, 3725)] == ["0秒", "42秒", "3分05秒", "1時間02分"]
    assert [position(one) for one in (0, 127.8, 3727)] == ["00:00", "02:07", "1:02:07"]
    assert day_time(datetime(2026, 11, 21, 5, 5, tzinfo=UTC)) == "11月21日(土) 14:05"


def test_numbers_are_shown_as_people_dial_them() -> None:
    assert number_as_dialled("+81312345678") == "03-1234-5678"
    assert number_as_dialled("+819012345678") == "090-1234-5678"
    assert number_as_dialled("+14155552671") == "+1 415-555-2671"
    assert number_as_dialled("<script>") == "番号を読み取れません"


def test_a_place_in_the_list_survives_its_way_through_an_address() -> None:
    place = Cursor(at=datetime(2026, 11, 21, 5, 0, 0, 123456, tzinfo=UTC), call=CallId("city~1.0"))

    assert Cursor.read(str(place)) == place
    assert Cursor.read("yesterday") is None


def test_every_state_that_telephony_knows_has_its_words() -> None:
    assert set(PHASES) == {one.value for one in Phase}
    assert set(OUTCOMES) == {one.value for one in Outcome}
    assert set(FINDINGS) == {one.value for one in Finding}


def test_every_alarm_in_the_source_has_its_words() -> None:
    import re

    written = "".join(
        path.read_text(encoding="utf-8")
        for room in ("telephony", "storage", "transcription", "runtime")
        for path in Path(room).rglob("*.py")
    )
    raised = (
        r'(?:RaiseAlarm\(code=|raise_alarm\(\s*connection,\s*|_raise_once\(connection, |_alarm\()"([a-z-]+)"'
    )
    codes = set(re.findall(raised, written)) | {f"recording-{one.value}" for one in WORTH_AN_ALARM}

    assert len(codes) > 15
    assert codes - set(ALARM_TEXTS) == set()
    assert alarm_text("something-new").title == "確認が必要なことがあります"


def test_vendored_files_are_what_was_published() -> None:
    spec = importlib.util.spec_from_file_location("vendor", "tools/vendor.py")
    assert spec is not None
    assert spec.loader is not None
    vendor = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(vendor)

    assert vendor.differences() == []


def test_the_address_of_static_files_changes_with_any_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = static_version(tmp_path)

    (tmp_path / "a.js").write_text("2")

    assert static_version(tmp_path) != before
