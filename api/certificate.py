"""The console speaks HTTPS only. Without a certificate of the city it makes its own at the first start.

Without TLS browsers take away what the console needs, and the session would travel in the clear.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.clock import Clock
from core.errors import DomainError

_DAYS = 397  # the longest life that browsers accept of a server certificate (CA/Browser Forum, §6.3.2)
_RENEW_BEFORE = timedelta(days=30)


class CertificateUnusable(DomainError):
    """The certificate and its key must be given together, as readable files."""

    code = "certificate-unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate and its private key, both PEM files. ``own`` says that the program made it."""

    certificate: Path
    key: Path
    own: bool


def given_certificate(certificate: Path | None, key: Path | None) -> Certificate | None:
    """Return the certificate that the city gave, or None when it gave none.

    Raises:
        CertificateUnusable: only one of the two was given, or a file is missing.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None or not certificate.is_file() or not key.is_file():
        raise CertificateUnusable
    return Certificate(certificate=certificate, key=key, own=False)


def own_certificate(folder: Path, clock: Clock, names: tuple[str, ...]) -> Certificate:
    """Return the program's own certificate for these host names and addresses; make it when there is none.

    A certificate that ends within 30 days, speaks for other names, or does not fit its key (a start that was
    killed, a full disk) is made again. The key is readable by the program alone (mode 0600).
    """
    wanted = tuple(sorted({*names, "localhost", "127.0.0.1", "::1"}))
    made = Certificate(certificate=folder / "console.pem", key=folder / "console-key.pem", own=True)
    if _is_good(made, clock, wanted):
        return made
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    now = clock.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tsuwaroku console")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([general_name(one) for one in wanted]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    write_private(
        made.key,
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return made


def _is_good(made: Certificate, clock: Clock, wanted: tuple[str, ...]) -> bool:
    try:
        old = x509.load_pem_x509_certificate(made.certificate.read_bytes())
        key = serialization.load_pem_private_key(made.key.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return False
    fits = old.public_key() == key.public_key()
    return fits and old.not_valid_after_utc - clock.now() > _RENEW_BEFORE and _names_of(old) == wanted


def write_private(path: Path, content: bytes) -> None:
    """Write a file anew that nobody but its owner reads, from its first moment on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def general_name(name: str) -> x509.GeneralName:
    """Write a host's name or address as certificates do."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return tuple(sorted(str(name.value) for name in names))
