"""Secrets of phones, practice caller, ARI and AMI: made once, kept in files that only their owner reads.

Of a desk phone's password only the digest is kept, which Asterisk needs; the password itself is shown once,
to who types it into the phone. Practice phones keep theirs: our own practice calls sign in with it.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.errors import DomainError
from core.ids import PhoneId
from core.logs import get_log
from telephony.asterisk_config.sip_security import digest_of

_BYTES = 24
_ONE_WORD = re.compile(r"[!-:<-~]+")

log = get_log()


class SecretUnusable(DomainError):
    """電話のパスワードのファイルが、作ったときから変わっています。鍵の写しから戻してください。"""

    code = "secret-unusable"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxSecrets:
    """The secrets under one folder of keys (``home/keys``)."""

    keys: Path

    @property
    def has_phone_passwords(self) -> bool:
        """Say whether phones and practice caller have passwords: whether anything was set up here."""
        return (self.keys / "sip").is_dir()

    @property
    def has_ari_password(self) -> bool:
        """Say whether ARI's password was made here."""
        return (self.keys / "ari.password").is_file()

    def ari_password(self) -> str:
        """Return ARI's password."""
        return self._kept(self.keys / "ari.password")

    def ami_password(self) -> str:
        """Return AMI's password."""
        return self._kept(self.keys / "ami.password")

    def practice_password(self) -> str:
        """Return the password of the practice caller."""
        return self._kept(self.keys / "sip" / "practice-caller.password")

    def phone_password(self, phone: PhoneId) -> str:
        """Return a practice phone's password. Of any other phone nobody can: see ``renew_phone``."""
        return self._kept(self._password(phone))

    def phone_digests(self, phones: Iterable[PhoneId], practice: Iterable[PhoneId]) -> dict[PhoneId, str]:
        """Return what Asterisk keeps of every phone's password; those in ``practice`` keep it themselves.

        A phone without a password gets one that nobody ever sees: it signs in once it was renewed.
        """
        kept = frozenset(practice)
        return {
            phone: digest_of(phone, self.phone_password(phone)) if phone in kept else self._digest(phone)
            for phone in phones
        }

    def renew_phone(self, phone: PhoneId, *, practice: bool = False) -> str:
        """Give a phone a new password and return it: the only time that it can be seen.

        Asterisk believes the old one until it has read its configuration again.
        """
        password = secrets.token_urlsafe(_BYTES)
        if practice:
            self._replace(self._password(phone), password)
        else:
            self._replace(self._digest_file(phone), digest_of(phone, password))
            self._password(phone).unlink(missing_ok=True)
        return password

    def _digest(self, phone: PhoneId) -> str:
        file = self._digest_file(phone)
        if (earlier := self._password(phone)).is_file():
            # Written by an earlier release, typed into a phone since: it goes on, and is not kept in clear.
            self._replace(file, digest_of(phone, earlier.read_text(encoding="ascii").strip()))
            earlier.unlink()
        if not file.exists():
            return self._kept(file, digest_of(phone, secrets.token_urlsafe(_BYTES)))
        return self._kept(file)

    def _password(self, phone: PhoneId) -> Path:
        return self.keys / "sip" / f"phone-{phone}.password"

    def _digest_file(self, phone: PhoneId) -> Path:
        return self.keys / "sip" / f"phone-{phone}.digest"

    def _kept(self, file: Path, first: str = "") -> str:
        """Read a secret; make it first when there is none. Two makers at once agree on the first file."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            making = self._written_beside(file, first or secrets.token_urlsafe(_BYTES))
            try:
                os.link(making, file)
            except FileExistsError:
                pass
            finally:
                making.unlink()
        secret = file.read_text(encoding="ascii", errors="replace").strip()
        if not _ONE_WORD.fullmatch(secret):
            # It becomes part of a line of Asterisk's configuration, and nothing but what we made may.
            log.error("password.unusable", kind="asterisk")
            raise SecretUnusable
        return secret

    def _replace(self, file: Path, secret: str) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = self._written_beside(file, secret)
        owner = file.parent.stat()
        os.chown(making, owner.st_uid, owner.st_gid)
        making.rename(file)

    @staticmethod
    def _written_beside(file: Path, secret: str) -> Path:
        making = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secret)
            new.flush()
            os.fsync(new.fileno())
        return making
