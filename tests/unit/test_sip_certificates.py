"""Asterisk's certificate is made once, and again in time; the city's own is used when it fits its key."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from core.settings import AsteriskSettings, WatchSettings
from runtime.sip_certificates import SipCertificates, SipCertificateUnusable
from runtime.watch import Reading
from runtime.watch_limits import worker_limits
from tests.fakes.clock import FakeClock


def certificates(folder: Path, clock: FakeClock, address: str = "192.0.2.5") -> SipCertificates:
    return SipCertificates(folder / "keys", AsteriskSettings(sip_address=address), clock)


def test_it_is_made_once_by_an_authority_that_phones_can_be_told_of(tmp_path: Path) -> None:
    clock = FakeClock()
    made = certificates(tmp_path, clock).ready()
    again = certificates(tmp_path, clock).ready()
    authority = x509.load_pem_x509_certificate(certificates(tmp_path, clock).authority.read_bytes())
    server = x509.load_pem_x509_certificate(made.certificate)

    assert made == again
    server.verify_directly_issued_by(authority)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one.value) for one in names} == {"127.0.0.1", "192.0.2.5"}
    files = (tmp_path / "keys/sip-tls").iterdir()
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_it_is_made_again_before_it_ends_and_phones_need_not_be_told(tmp_path: Path) -> None:
    clock = FakeClock()
    first = certificates(tmp_path, clock)
    made, authority = first.ready(), first.authority.read_bytes()
    clock.go_on(timedelta(days=340))
    renewed = first.ready()

    assert renewed != made
    assert first.authority.read_bytes() == authority
    assert (first.days_left() or 0) > 390


def test_people_are_told_thirty_days_before_it_ends(tmp_path: Path) -> None:
    clock = FakeClock()
    first = certificates(tmp_path, clock)
    assert list(first.look()) == []
    first.ready()
    (limit,) = (one for one in worker_limits(WatchSettings()) if one.code == "sip-certificate-ends")

    def told() -> list[Reading]:
        return [one for one in first.look() if limit.broken_by(one)]

    clock.go_on(timedelta(days=397 - 31))
    assert told() == []
    clock.go_on(timedelta(days=2))
    assert len(told()) == 1


def test_a_citys_certificate_needs_its_own_key(tmp_path: Path) -> None:
    clock = FakeClock()
    ours, theirs = certificates(tmp_path / "a", clock), certificates(tmp_path / "b", clock)
    ours.ready()
    theirs.ready()
    given, key = (folder / "keys/sip-tls" for folder in (tmp_path / "a", tmp_path / "b"))

    def with_key(file: Path | None) -> SipCertificates:
        settings = AsteriskSettings(sip_certificate=given / "server.pem", sip_certificate_key=file)
        return SipCertificates(tmp_path / "c", settings, clock)

    assert with_key(given / "server-key.pem").ready() == ours.ready()
    for wrong in (key / "server-key.pem", given / "missing.pem", None):
        with pytest.raises(SipCertificateUnusable):
            with_key(wrong).ready()
