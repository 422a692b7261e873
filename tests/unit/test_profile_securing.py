"""A profile cannot promise an encryption that does not hold, nor a gateway that nobody can recognise."""

from __future__ import annotations

import pytest

from core.profile.loading import load_profile
from core.profile.securing import MediaTransport, SipTransport
from tests.fixtures_profile import ProfileFile
from tests.secure_hall import make_certificate

HOKEN_1 = "{id: hoken1, name: 保険年金課 1番, department: hoken-nenkin"
CARRIER = "    contact: sip:192.0.2.10:5060\n"
PRACTICE = "    name: 練習の相手\n"


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        (HOKEN_1, HOKEN_1 + ", media: srtp", "media", "transport: tls"),
        (HOKEN_1, HOKEN_1 + ", transport: tsl", "transport", "tls"),
        (HOKEN_1, HOKEN_1 + ', addresses: ["2階"]', "addresses の 1番目", "IPアドレス"),
        (CARRIER, CARRIER + "    transport: tls\n", "trunks の 1番目（denwa-kaisha）", "authority"),
        (CARRIER, CARRIER + "    authority: denwa.pem\n", "authority", "transport: tls"),
        (CARRIER, CARRIER + "    transport: tls\n    authority: ../denwa.pem\n", "authority", "ファイル名"),
        (CARRIER, CARRIER + "    transport: tls\n    authority: missing.pem\n", "authority", "証明書"),
        (CARRIER, CARRIER + "    internal_numbers: いいえ\n", "internal_numbers", "false"),
        (PRACTICE, PRACTICE + "    transport: tls\n", "trunks の 2番目（renshu-caller）", "練習の相手"),
    ],
)
def test_half_an_encryption_is_told_in_japanese(
    sakura: ProfileFile, old: str, new: str, where: str, said: str
) -> None:
    told = sakura.faults_after(old, new)

    assert any(one.where.endswith(where) and said in one.reason + one.instead for one in told), told


def test_a_city_may_encrypt_phones_and_gateways(sakura: ProfileFile) -> None:
    make_certificate(sakura.path.parent, "denwa")
    sakura.write(HOKEN_1, HOKEN_1 + ', transport: tls, media: srtp, addresses: ["192.0.2.0/24"]')
    sakura.write(CARRIER, CARRIER + "    transport: tls\n    media: srtp\n    authority: denwa.pem\n")
    profile = load_profile(sakura.path)

    phone, carrier = profile.phones[0], profile.trunks[0]
    assert (phone.transport, phone.media, carrier.media) == (
        SipTransport.TLS,
        MediaTransport.SRTP,
        MediaTransport.SRTP,
    )
    assert carrier.authority == "denwa.pem"
