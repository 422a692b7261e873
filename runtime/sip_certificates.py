"""Asterisk's certificate for phones and gateways that encrypt: the city's, or made by our own authority.

The authority lives ten years in the home's keys, so that a phone is told once whom to believe; the server's
certificate is made anew at a start when less than 60 days of it are left. Ends within 30 days raise an alarm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from api.certificate import general_name, write_private
from core.clock import Clock
from core.errors import DomainError
from core.settings import AsteriskSettings
from runtime.watch import Reading

_AUTHORITY_DAYS = 3650
_SERVER_DAYS = 397
_RENEW_BEFORE = timedelta(days=60)


class SipCertificateUnusable(DomainError):
    """電話機用の証明書と秘密鍵が読めないか、組になっていません。設定の二つのファイルを確かめてください。"""

    code = "sip-certificate-unusable"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class SipCertificate:
    """A certificate with its private key, both PEM."""

    certificate: bytes
    key: bytes


class SipCertificates:
    """The certificates of one installation.

    Args:
        keys: the home's folder of keys
        settings: may name the city's own certificate
        clock: tells what has ended
    """

    def __init__(self, keys: Path, settings: AsteriskSettings, clock: Clock) -> None:
        self._folder = keys / "sip-tls"
        self._given = (settings.sip_certificate, settings.sip_certificate_key)
        self._address = settings.sip_address
        self._clock = clock

    @property
    def authority(self) -> Path:
        """The certificate that phones and gateways are told to believe when the city gave none of its own."""
        return self._folder / "authority.pem"

    def ready(self) -> SipCertificate:
        """Return the certificate to use; make what is missing or about to end.

        Raises:
            SipCertificateUnusable: the city's files are missing, unreadable or no pair.
        """
        given, given_key = self._given
        if given is not None or given_key is not None:
            return _checked(given, given_key)
        server, key = self._folder / "server.pem", self._folder / "server-key.pem"
        if not self._is_good(server, key):
            self._make(server, key)
        return SipCertificate(certificate=server.read_bytes(), key=key.read_bytes())

    def days_left(self) -> float | None:
        """Return how many days the server's certificate is still good; None when there is none here."""
        given, _ = self._given
        file = given or self._folder / "server.pem"
        try:
            end = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
        except (OSError, ValueError):
            return None
        return (end - self._clock.now()) / timedelta(days=1)

    def look(self, _connection: object = None) -> Iterator[Reading]:
        """Read how many days are left, for the watch."""
        left = self.days_left()
        if left is not None:
            yield Reading(name="sip_certificate_days", value=left)

    def _is_good(self, server: Path, key: Path) -> bool:
        try:
            old = x509.load_pem_x509_certificate(server.read_bytes())
            authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
            private = serialization.load_pem_private_key(key.read_bytes(), password=None)
            names = old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (OSError, ValueError, x509.ExtensionNotFound):
            return False
        return (
            old.public_key() == private.public_key()
            and old.issuer == authority.subject
            and str(self._address) in {str(one.value) for one in names}
            and old.not_valid_after_utc - self._clock.now() > _RENEW_BEFORE
        )

    def _make(self, server: Path, key: Path) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority, authority_key = self._own_authority()
        private = ec.generate_private_key(ec.SECP256R1())
        names = sorted({self._address, "127.0.0.1"})
        signed = (
            self._begun("Tsuwaroku SIP", private, days=_SERVER_DAYS)
            .issuer_name(authority.subject)
            .add_extension(x509.SubjectAlternativeName([general_name(one) for one in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            # A gateway asks for it as a client's when we call out, as a server's when it calls in.
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
                critical=False,
            )
            .sign(authority_key, hashes.SHA256())
        )
        write_private(key, _private_pem(private))
        write_private(server, signed.public_bytes(serialization.Encoding.PEM))

    def _own_authority(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key_file = self._folder / "authority-key.pem"
        try:
            old = x509.load_pem_x509_certificate(self.authority.read_bytes())
            key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
            lasts = old.not_valid_after_utc - self._clock.now() > timedelta(days=_SERVER_DAYS)
            if lasts and isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == old.public_key():
                return old, key
        except (OSError, ValueError):
            pass
        private = ec.generate_private_key(ec.SECP256R1())
        begun = self._begun("Tsuwaroku SIP authority", private, days=_AUTHORITY_DAYS)
        made = (
            begun.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tsuwaroku SIP authority")]))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(private, hashes.SHA256())
        )
        write_private(key_file, _private_pem(private))
        write_private(self.authority, made.public_bytes(serialization.Encoding.PEM))
        return made, private

    def _begun(self, name: str, private: ec.EllipticCurvePrivateKey, *, days: int) -> x509.CertificateBuilder:
        now = self._clock.now()
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=days))
        )


def _checked(certificate: Path | None, key: Path | None) -> SipCertificate:
    if certificate is None or key is None:
        raise SipCertificateUnusable
    try:
        given = SipCertificate(certificate=certificate.read_bytes(), key=key.read_bytes())
        public = x509.load_pem_x509_certificate(given.certificate).public_key()
        fits = public == serialization.load_pem_private_key(given.key, password=None).public_key()
    except (OSError, ValueError, TypeError):
        raise SipCertificateUnusable from None
    if not fits:
        raise SipCertificateUnusable
    return given


def _private_pem(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
