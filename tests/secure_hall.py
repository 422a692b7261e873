"""Town halls whose telephones encrypt: a real Asterisk, certificates made here, agents of every kind."""

from __future__ import annotations

import socket
import time
import wave
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.ids import PhoneId
from core.profile.model import CityProfile
from core.profile.securing import MediaTransport, SipTransport
from runtime.asterisk_rootfs import AsteriskProgram
from tests.fakes.carrier import mulaw_tone
from tests.fixtures_asterisk import KOKUHO, RENSHU, TRUNK_ADDRESS, password_of, running_asterisk, town
from tests.fixtures_telephony import Hall, Phones
from tests.sip_phones import share_of_tone

ENCRYPTED, ELSEWHERE, PLAIN = "hoken1", "hoken2", "renshu1"
AT_ITS_DESK = "127.0.0.9"
INTRUDER_TONE = 2500


class SecureHall(Hall):
    """A hall in which agents can be given everything that makes them trustworthy, or lack it."""

    @property
    def authority(self) -> Path:
        return self.folder / "pbx" / "keys" / "sip-tls" / "authority.pem"

    def secure_phones(
        self,
        accounts: dict[str, dict[str, Any]],
        *,
        address: str = "127.0.0.1",
        certificate: Path | None = None,
    ) -> Phones:
        """Start agents. An account may say user, password, transport, srtp, register and server."""
        plan = self.server.plan
        ports = {"udp": plan.sip_port, "tls": plan.sip_tls_port}
        whole = {
            name: {
                "user": name, "transport": "tls", "srtp": True, "register": True,
                "password": account.get("password", "") or password_of(self.folder / "pbx", PhoneId(name)),
                "server": f"127.0.0.1:{ports[account.get('transport', 'tls')]}",
            } | account
            for name, account in accounts.items()
        }  # fmt: skip
        process = Phones(
            "tests.secure_phones",
            {
                "address": address,
                "authority": str(self.authority),
                "certificate": str(certificate or ""),
                "phones": whole,
            },
        )
        self._processes.append(process)
        process.hear("ready", seconds=30)
        return process

    def gateway(self, certificate: str) -> Phones:
        """Start an agent that calls in as the carrier's gateway does, from 127.0.0.1."""
        server = f"127.0.0.1:{self.server.plan.sip_tls_port + 1}"
        account = {"user": "gateway", "password": "none", "register": False, "server": server}
        return self.secure_phones(
            {"gateway": account}, certificate=self.folder / "pbx" / f"{certificate}.pem"
        )

    def share_of(self, side: str, hertz: float) -> float:
        """How much of the last moments of a track is a tone, of the newest recording of the hall."""
        tracks = self.server.plan.recordings.glob(f"*_{side}.wav")
        with wave.open(str(max(tracks, key=lambda file: file.stat().st_mtime)), "rb") as track:
            samples = np.frombuffer(track.readframes(track.getnframes()), dtype=np.int16)
        return max(share_of_tone(samples[:end], hertz) for end in range(8000, len(samples), 1600))

    def sound_ports(self) -> range:
        plan = self.server.plan
        return range(plan.rtp_start, plan.rtp_end, 2)


def spray(ports: Iterable[int], seconds: float) -> None:
    """Send a tone as plain RTP to every port, as somebody who wants to be heard in a recording would."""
    tone = mulaw_tone(INTRUDER_TONE)
    with socket.socket(type=socket.SOCK_DGRAM) as intruder:
        intruder.bind(("127.0.0.7", 0))
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            begin = number * 160 % 8000
            header = bytes([0x80, 0]) + number.to_bytes(2, "big") + (number * 160).to_bytes(4, "big")
            for port in ports:
                intruder.sendto(header + b"\x00\x00\x66\x66" + tone[begin : begin + 160], ("127.0.0.1", port))
            number += 1
            time.sleep(0.02)


def make_certificate(folder: Path, name: str, address: str = "127.0.0.1") -> Path:
    """Make a certificate that vouches for itself, and its key, in one PEM file."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file


def town_that_encrypts() -> CityProfile:
    """hoken1 must encrypt, hoken2 belongs to 127.0.0.9, the carrier may not dial extensions."""
    plain = town()
    changes = {
        ENCRYPTED: {"transport": SipTransport.TLS, "media": MediaTransport.SRTP, "addresses": ("127.0.0.1",)},
        ELSEWHERE: {"addresses": (AT_ITS_DESK,)},
    }
    return plain.model_copy(
        update={
            "phones": tuple(one.model_copy(update=changes.get(one.id, {})) for one in plain.phones),
            "lines": tuple(
                one.model_copy(update={"phones": (PhoneId(ENCRYPTED),)}) if one.id == RENSHU else one
                for one in plain.lines
            ),
            "trunks": (plain.trunks[0].model_copy(update={"internal_numbers": False}), *plain.trunks[1:]),
        }
    )


def town_with_a_gateway_that_encrypts() -> CityProfile:
    """The carrier encrypts and shows the certificate ``denwa.pem``; hoken1 too, hoken2 does not."""
    plain = town_that_encrypts()
    carrier = plain.trunks[0].model_copy(
        update={
            "transport": SipTransport.TLS,
            "media": MediaTransport.SRTP,
            "authority": "denwa.pem",
            # The agent that makes sound speaks from the first one; those by hand from the other.
            "addresses": ("127.0.0.1", TRUNK_ADDRESS),
            "internal_numbers": True,
        }
    )
    return plain.model_copy(
        update={
            "trunks": (carrier, *plain.trunks[1:]),
            "lines": tuple(
                one.model_copy(update={"phones": (PhoneId(ELSEWHERE),)}) if one.id == KOKUHO else one
                for one in plain.lines
            ),
        }
    )


@contextmanager
def running_secure_hall(
    folder: Path, program: AsteriskProgram, profile: CityProfile
) -> Generator[SecureHall]:
    """Run Asterisk alone: no process of ours is needed for calls to be served and recorded."""
    (folder / "pbx").mkdir(parents=True)
    for file in ("denwa", "stranger"):
        make_certificate(folder / "pbx", file)
    with (
        running_asterisk(folder / "pbx", program, profile) as server,
        SecureHall(server, folder, profile) as hall,
    ):
        yield hall
