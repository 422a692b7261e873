"""Who encrypts, who may come from where, and who is believed: a real Asterisk and agents of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.ids import PhoneId
from runtime.asterisk_rootfs import AsteriskProgram
from runtime.pbx_secrets import PbxSecrets
from runtime.watch_refusals import Refusals
from telephony.asterisk.ami_client import AmiAddress
from telephony.asterisk_config.ami import AMI_LISTENER
from telephony.asterisk_config.plan import AMI_PORT
from tests.fakes.desk_phone import DeskPhone
from tests.fakes.tls_caller import TlsCaller
from tests.fakes.trunk_caller import TrunkCaller
from tests.fixtures_asterisk import TRUNK_ADDRESS, password_of
from tests.fixtures_telephony import CALLER, CALLER_TONE, OPERATOR_TONE
from tests.secure_hall import (
    AT_ITS_DESK,
    ELSEWHERE,
    ENCRYPTED,
    INTRUDER_TONE,
    PLAIN,
    SecureHall,
    running_secure_hall,
    spray,
    town_that_encrypts,
    town_with_a_gateway_that_encrypts,
)

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

NUMBER = "0300000101"


@pytest.fixture(scope="module")
def hall_of_phones(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[SecureHall]:
    with running_secure_hall(open_folder / "secure-phones", asterisk_program, town_that_encrypts()) as hall:
        yield hall


@pytest.fixture(scope="module")
def hall_of_gateways(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[SecureHall]:
    profile = town_with_a_gateway_that_encrypts()
    with running_secure_hall(open_folder / "secure-gateways", asterisk_program, profile) as hall:
        yield hall


def test_a_phone_that_encrypts_holds_a_recorded_call_that_nobody_can_speak_into(
    hall_of_phones: SecureHall,
) -> None:
    hall = hall_of_phones
    operator = hall.secure_phones({ENCRYPTED: {}})
    caller = hall.phones()
    hall.dial(caller)
    operator.hear(f"{ENCRYPTED} ringing")
    operator.order(ENCRYPTED, "answer")
    operator.hear(f"{ENCRYPTED} up")
    caller.order(CALLER, "say", str(CALLER_TONE))
    operator.order(ENCRYPTED, "say", str(OPERATOR_TONE))
    caller.hears(CALLER, OPERATOR_TONE)
    operator.hears(ENCRYPTED, CALLER_TONE)
    spray(hall.sound_ports(), 1.0)
    caller.hears(CALLER, OPERATOR_TONE)
    caller.order(CALLER, "hang-up")
    hall.wait_until_quiet()

    assert hall.share_of("r", CALLER_TONE) > 0.6
    assert hall.share_of("t", OPERATOR_TONE) > 0.6
    assert hall.share_of("r", INTRUDER_TONE) < 0.1
    assert hall.share_of("t", INTRUDER_TONE) < 0.1
    operator.stop()
    caller.stop()


def test_a_phone_that_must_encrypt_and_offers_plain_sound_is_refused(hall_of_phones: SecureHall) -> None:
    plain = hall_of_phones.secure_phones({ENCRYPTED: {"srtp": False}})
    plain.order(ENCRYPTED, "try", f"sip:110@127.0.0.1:{hall_of_phones.server.plan.sip_tls_port}")

    plain.hear(f"{ENCRYPTED} refused 488")
    plain.stop()


def test_a_phone_that_must_encrypt_cannot_sign_in_by_udp_even_with_its_password(
    hall_of_phones: SecureHall,
) -> None:
    agents = hall_of_phones.secure_phones(
        {ENCRYPTED: {"transport": "udp"}, PLAIN: {"transport": "udp", "srtp": False}}
    )

    assert f"{ENCRYPTED} refused 401" in agents.lines
    assert f"{PLAIN} refused" not in "\n".join(agents.lines)
    agents.stop()


def test_a_phone_belongs_where_its_addresses_say_and_is_refused_anywhere_else(
    hall_of_phones: SecureHall,
) -> None:
    away = hall_of_phones.secure_phones({ELSEWHERE: {"transport": "udp", "srtp": False}})
    port = hall_of_phones.server.plan.sip_port
    password = password_of(hall_of_phones.folder / "pbx", PhoneId(ELSEWHERE))

    assert away.lines == [f"{ELSEWHERE} refused 401", "ready"]
    with DeskPhone(AT_ITS_DESK) as there:
        assert there.register(port, ELSEWHERE, password) == 200
    with DeskPhone("127.0.0.8") as moved:
        assert moved.register(port, ELSEWHERE, password) == 401
    away.stop()


def test_guesses_are_refused_and_counted_and_leave_nothing_in_the_log(hall_of_phones: SecureHall) -> None:
    plan = hall_of_phones.server.plan
    log = plan.home / "log" / "messages"
    before = log.read_bytes()
    listener = AmiAddress(host=plan.ami_host, port=AMI_PORT, user=AMI_LISTENER, password=plan.ami_password)
    refusals = Refusals(listener, SystemClock())

    def counted() -> float:
        return sum(one.value for one in refusals.look())

    assert counted() == 0
    signed_in = hall_of_phones.secure_phones({PLAIN: {"transport": "udp", "srtp": False}})
    assert counted() == 0
    guessed = [hall_of_phones.secure_phones({ENCRYPTED: {"password": guess}}) for guess in ("1234", "hoken1")]

    assert [one.lines[0] for one in guessed] == [f"{ENCRYPTED} refused 401"] * 2
    hall_of_phones.wait_until(lambda: counted() >= 2, "two refusals counted")
    refusals.close()
    assert log.read_bytes() == before
    for one in (signed_in, *guessed):
        one.stop()


@pytest.mark.parametrize("number", [NUMBER, "2101", "9900", "110"])
def test_somebody_unknown_reaches_no_line_and_no_extension(hall_of_phones: SecureHall, number: str) -> None:
    before = set(hall_of_phones.recordings())
    with TrunkCaller(hall_of_phones.server.plan.sip_port, address="127.0.0.5") as stranger:
        stranger.invite(number, caller=b"<sip:hoken9@127.0.0.1>")
        assert stranger.wait_for(401) == 401

    assert hall_of_phones.asterisk_has("channels") == []
    assert set(hall_of_phones.recordings()) == before


def test_a_carrier_that_may_not_dial_extensions_reaches_lines_by_their_numbers_alone(
    hall_of_phones: SecureHall,
) -> None:
    port = hall_of_phones.server.plan.sip_port
    with TrunkCaller(port) as caller:
        caller.invite("2101")
        assert caller.wait_for(404) == 404
    with TrunkCaller(port) as caller:
        caller.invite(NUMBER)
        assert caller.wait_for(200) == 200
        caller.hang_up()


def test_a_new_secret_counts_at_once_and_the_old_one_no_longer(hall_of_phones: SecureHall) -> None:
    server, phone = hall_of_phones.server, PhoneId(ENCRYPTED)
    secrets = PbxSecrets(keys=hall_of_phones.folder / "pbx" / "keys")
    old = password_of(hall_of_phones.folder / "pbx", phone)
    new = secrets.renew_phone(phone)
    server.plan = replace(
        server.plan, phone_secrets={**server.plan.phone_secrets, **secrets.phone_digests([phone], [])}
    )
    assert server.renew_phones()

    with_old = hall_of_phones.secure_phones({ENCRYPTED: {"password": old}})
    with_new = hall_of_phones.secure_phones({ENCRYPTED: {"password": new}})

    assert with_old.lines[0] == f"{ENCRYPTED} refused 401"
    assert with_new.lines == ["ready"]
    for written in hall_of_phones.folder.rglob("*"):
        if written.is_file() and written.name != "typed-in.json":
            assert new.encode() not in written.read_bytes(), written.name
    with_old.stop()
    with_new.stop()


def test_a_stranger_can_speak_for_a_silent_citizen_only_where_nothing_is_encrypted(
    hall_of_phones: SecureHall, hall_of_gateways: SecureHall
) -> None:
    """The weakness that a firewall must close where a carrier cannot encrypt (docs/operations.md)."""
    with (
        TrunkCaller(hall_of_phones.server.plan.sip_port) as plain,
        called_in(hall_of_gateways, "denwa") as encrypted,
    ):
        for caller in (plain, encrypted):
            caller.invite(NUMBER)
            caller.wait_for(200)
        spray([plain.media_port, encrypted.media_port], 8.0)
        for caller in (plain, encrypted):
            caller.hang_up()
    for hall in (hall_of_phones, hall_of_gateways):
        hall.wait_until_quiet()

    assert hall_of_phones.share_of("r", INTRUDER_TONE) > 0.6
    assert hall_of_gateways.share_of("r", INTRUDER_TONE) < 0.1


def test_a_gateway_that_encrypts_brings_calls_whose_two_sides_are_recorded(
    hall_of_gateways: SecureHall,
) -> None:
    hall = hall_of_gateways
    port, password = hall.server.plan.sip_port, password_of(hall.folder / "pbx", PhoneId(ELSEWHERE))
    with DeskPhone(AT_ITS_DESK, hertz=OPERATOR_TONE) as operator:
        assert operator.register(port, ELSEWHERE, password) == 200
        gateway = hall.gateway("denwa")
        gateway.order("gateway", "dial", f"sip:{NUMBER}@127.0.0.1:{hall.server.plan.sip_tls_port + 1}")
        gateway.hear("gateway up")
        gateway.order("gateway", "say", str(CALLER_TONE))
        gateway.hears("gateway", OPERATOR_TONE, seconds=20)
        hall.wait_until(lambda: operator.heard > 25, "sound at the operator's ear")
        gateway.order("gateway", "hang-up")
        hall.wait_until_quiet()

    assert hall.share_of("r", CALLER_TONE) > 0.6
    assert hall.share_of("t", OPERATOR_TONE) > 0.6
    gateway.stop()


@pytest.mark.parametrize("shown", ["stranger", None])
def test_a_gateway_with_another_certificate_or_none_is_not_let_in(
    hall_of_gateways: SecureHall, shown: str | None
) -> None:
    def is_let_in() -> bool:
        try:
            with called_in(hall_of_gateways, shown) as caller:
                caller.invite(NUMBER)
                return caller.wait_for(100, 180, 200, seconds=5) > 0
        except OSError:  # the connection was closed on us, now or at the first word
            return False

    assert not is_let_in()
    assert hall_of_gateways.asterisk_has("channels") == []


def test_a_gateway_that_must_encrypt_is_refused_by_udp_and_at_the_phones_door(
    hall_of_gateways: SecureHall,
) -> None:
    plan = hall_of_gateways.server.plan
    with TrunkCaller(plan.sip_port) as plain:
        plain.invite(NUMBER)
        assert plain.wait_for(403, 488) in (403, 488)
    with called_in(hall_of_gateways, None, port=plan.sip_tls_port) as without_certificate:
        without_certificate.invite(NUMBER)
        assert without_certificate.wait_for(403) == 403


def called_in(hall: SecureHall, certificate: str | None, port: int | None = None) -> TlsCaller:
    return TlsCaller(
        port or hall.server.plan.sip_tls_port + 1,
        authority=hall.authority,
        certificate=hall.folder / "pbx" / f"{certificate}.pem" if certificate else None,
        address=TRUNK_ADDRESS,
    )
