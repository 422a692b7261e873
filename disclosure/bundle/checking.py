"""Whether a bundle is the city's and unchanged: for whoever received it, without our system.

Nothing of the ZIP is believed before the manifest's signature is: not its list, not its sizes. What the
manifest does not name does not belong to it.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyzipper
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import DomainError
from disclosure.bundle.manifest import LONGEST, NAME, Manifest, read_manifest
from disclosure.bundle.zip_shape import zip_faults
from storage.signed_note import NoteNotOurs

_PIECE = 1024 * 1024
MOST_FILES = 1000


class NotABundle(DomainError):
    """交付用のファイルではないか、途中で切れています。受け取り直してください。"""

    code = "not-a-bundle"


class WrongPassword(DomainError):
    """パスワードが違います。別に届いた書面のとおりに入れてください。"""

    code = "wrong-password"


class BundleNotOurs(DomainError):
    """この公開鍵の市が署名したものではありません。変えられたか、鍵が違います。"""

    code = "bundle-not-ours"


class BundleChanged(DomainError):
    """署名のあとで、中のファイルが変えられたか、足されたか、抜かれています。"""

    code = "bundle-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBundle:
    """A bundle that is the city's."""

    manifest: Manifest
    files: int


def check_bundle(path: Path, password: str, key: Ed25519PublicKey) -> CheckedBundle:
    """Check a bundle.

    Args:
        path: of the ZIP
        password: that came another way
        key: the city's public key, received apart

    Raises:
        NotABundle, WrongPassword, BundleNotOurs, BundleChanged
        OSError: it cannot be read
    """
    try:
        faults = list(zip_faults(path))
        with pyzipper.AESZipFile(path) as bundle:
            bundle.setpassword(password.encode())
            known = _manifest(bundle, key)
            _compare(bundle, known)
        if faults:  # told after whose it is: a ZIP in clear that somebody else made is not ours at all
            raise BundleChanged
    except RuntimeError as refused:  # the library's word for a password that does not fit
        if "password" in str(refused).lower():
            raise WrongPassword from None
        raise NotABundle from None
    except (zipfile.BadZipFile, pyzipper.BadZipFile, NotImplementedError, EOFError, ValueError):
        raise NotABundle from None
    return CheckedBundle(manifest=known, files=len(known.files))


def _manifest(bundle: pyzipper.AESZipFile, key: Ed25519PublicKey) -> Manifest:
    try:
        with bundle.open(NAME) as file:
            data = file.read(LONGEST + 1)
    except KeyError:
        raise NotABundle from None
    try:
        return read_manifest(data, key)
    except NoteNotOurs:
        raise BundleNotOurs from None


def _compare(bundle: pyzipper.AESZipFile, known: Manifest) -> None:
    named = [one.filename for one in bundle.infolist()]
    if sorted(named) != sorted([NAME, *(one.name for one in known.files)]) or len(named) > MOST_FILES:
        raise BundleChanged
    for one in known.files:
        digest, size = hashlib.sha256(), 0
        with bundle.open(one.name) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                if size > one.size:
                    raise BundleChanged
        if (digest.hexdigest(), size) != (one.sha256, one.size):
            raise BundleChanged
