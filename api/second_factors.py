"""The second factor: a code of a telephone (TOTP, RFC 6238), each taken once, or a recovery code, each once.

A person's secret lies encrypted for that account alone. The step of the last code is kept and none of it or
before is taken again (RFC 6238 §5.2): a code that somebody saw being typed is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp.hotp import HOTP
from sqlalchemy import Connection, Row, text

from api.attempts import Attempts, Patience
from core.actors import Actor
from core.clock import Clock
from core.errors import DomainError
from core.ids import AccountId
from core.logs import get_log
from storage.database import Database

log = get_log()
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A telephone's clock may be a step off, either way (RFC 6238 §6)."""
CODES = 10
"""Recovery codes of one person."""
GUESSES = Patience(free=5, longest_seconds=300)
"""About a dozen codes in half an hour: guessing six digits would take years."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread: no i, l, o, 0, 1
_GROUP = 5
_NONCE_BYTES = 12


class FactorUnreadable(DomainError):
    """二段階認証の鍵が開けません。システム管理の担当が account forget-second-factor で解除してください。"""

    code = "factor-unreadable"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorState:
    """What an account has. ``confirmed_at`` is null while there is no second factor."""

    confirmed_at: datetime | None
    codes_left: int


class SecondFactors:
    """Sets up, asks for and forgets second factors. Everything happens under the account's own rights.

    Args:
        key: what secrets are encrypted and codes are hashed under, by keys derived from it
    """

    def __init__(self, database: Database, clock: Clock, key: bytes) -> None:
        self._database = database
        self._clock = clock
        self._attempts = Attempts(key)
        self._cipher = AESGCM(hmac.digest(key, b"second factors", hashlib.sha256))
        self._code_key = hmac.digest(key, b"recovery codes", hashlib.sha256)

    def state_of(self, account: AccountId) -> FactorState:
        """Say what an account has."""
        with self._database.begin(_in_own_name(account)) as connection:
            row = connection.execute(_STATE, {"account": account}).one()
        return FactorState(confirmed_at=row.confirmed_at, codes_left=row.codes_left)

    def begin(self, account: AccountId) -> str | None:
        """Make a secret to show and return it (base32); None when there is a second factor already.

        A new one each time: what somebody else saw before with the person's password must not become theirs.
        """
        secret = pyotp.random_base32()  # 160 bits (RFC 4226 §4)
        row = {"account": account, "sealed": self._sealed(account, secret), "now": self._clock.now()}
        with self._database.begin(_in_own_name(account)) as connection:
            return secret if connection.execute(_BEGIN, row).rowcount else None

    def waiting(self, account: AccountId) -> str | None:
        """Return the secret that was shown and waits for its first code, or None."""
        with self._database.begin(_in_own_name(account)) as connection:
            row = connection.execute(_FACTOR, {"account": account}).one_or_none()
        return None if row is None or row.confirmed_at else self._opened(account, row.sealed)

    def confirm(self, account: AccountId, code: str) -> list[str] | None:
        """Take the first code of a telephone; returns the recovery codes, to be shown now and never again.

        None: the code is wrong, or nothing waits for one.

        Raises:
            SignInLater: too many wrong codes lately
        """
        counted = self._take_a_turn(account)
        with self._database.begin(_in_own_name(account)) as connection:
            row = connection.execute(_FACTOR, {"account": account}).one_or_none()
            if row is None or row.confirmed_at or not self._takes(connection, account, row, code):
                return None
            connection.execute(_CONFIRM, {"account": account, "now": self._clock.now()})
            codes = self._new_codes(connection, account)
            self._attempts.note(connection, (counted,), self._clock.now(), succeeded=True)
        log.info("second_factor.set_up")
        return codes

    def accept(self, account: AccountId, code: str) -> bool:
        """Say whether a code proves the person: one of the telephone, not used before, or a recovery code.

        Raises:
            SignInLater: too many wrong codes lately
        """
        counted = self._take_a_turn(account)
        now = self._clock.now()
        with self._database.begin(_in_own_name(account)) as connection:
            row = connection.execute(_FACTOR, {"account": account}).one_or_none()
            if row is None or row.confirmed_at is None:
                return False
            accepted = self._takes(connection, account, row, code) or bool(
                connection.execute(
                    _USE, {"account": account, "hash": self._hash_of(account, code), "now": now}
                ).rowcount
            )
            if accepted:
                self._attempts.note(connection, (counted,), now, succeeded=True)
        if not accepted:
            # Whoever stands here knew the password.
            log.warning("second_factor.refused")
        return accepted

    def renew_codes(self, account: AccountId) -> list[str]:
        """Make new recovery codes; those before open nothing any more."""
        with self._database.begin(_in_own_name(account)) as connection:
            return self._new_codes(connection, account)

    def forget(self, account: AccountId) -> bool:
        """Forget secret and recovery codes; False when there were none."""
        with self._database.begin(_in_own_name(account)) as connection:
            connection.execute(_FORGET_CODES, {"account": account})
            gone = connection.execute(_FORGET, {"account": account}).rowcount
        if gone:
            log.info("second_factor.forgotten")
        return bool(gone)

    def _take_a_turn(self, account: AccountId) -> bytes:
        counted, now = self._attempts.name(b"code", str(account)), self._clock.now()
        with self._database.begin() as connection:
            self._attempts.one_at_a_time(connection, counted)
            wait = self._attempts.wait(connection, counted, GUESSES, now)
            if wait <= timedelta(0):
                self._attempts.note(connection, (counted,), now, succeeded=False)
        self._attempts.refuse(wait)
        return counted

    def _takes(self, connection: Connection, account: AccountId, row: Row[Any], code: str) -> bool:
        clock = HOTP(self._opened(account, row.sealed))
        step, digits = int(self._clock.now().timestamp()) // STEP_SECONDS, "".join(code.split())
        if not digits.isascii():
            return False
        taken = [
            one
            for one in range(step - DRIFT_STEPS, step + DRIFT_STEPS + 1)
            if hmac.compare_digest(clock.at(one), digits) and one > row.last_step
        ]
        if taken:
            connection.execute(_TAKEN, {"account": account, "step": taken[0]})
        return bool(taken)

    def _new_codes(self, connection: Connection, account: AccountId) -> list[str]:
        codes = ["-".join(_group() for _ in range(2)) for _ in range(CODES)]
        connection.execute(_FORGET_CODES, {"account": account})
        connection.execute(
            _KEEP_CODE, [{"account": account, "hash": self._hash_of(account, one)} for one in codes]
        )
        return codes

    def _hash_of(self, account: AccountId, code: str) -> bytes:
        plain = "".join(code.split()).replace("-", "").lower()
        return hmac.digest(self._code_key, account.bytes + plain.encode(), hashlib.sha256)

    def _sealed(self, account: AccountId, secret: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), account.bytes)

    def _opened(self, account: AccountId, sealed: bytes) -> str:
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], account.bytes).decode()
        except InvalidTag:
            raise FactorUnreadable from None


def _in_own_name(account: AccountId) -> Actor:
    return Actor(account=account, roles=frozenset(), departments=frozenset())


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))


_STATE = text("""
    SELECT (SELECT confirmed_at FROM second_factors WHERE account_id = :account) AS confirmed_at,
           (SELECT count(*) FROM recovery_codes WHERE account_id = :account AND used_at IS NULL) AS codes_left
""")
_BEGIN = text("""
    INSERT INTO second_factors (account_id, sealed, last_step, begun_at) VALUES (:account, :sealed, 0, :now)
    ON CONFLICT (account_id) DO UPDATE SET sealed = :sealed, last_step = 0, begun_at = :now
     WHERE second_factors.confirmed_at IS NULL
""")
_FACTOR = text(
    "SELECT sealed, last_step, confirmed_at FROM second_factors WHERE account_id = :account FOR UPDATE"
)
_CONFIRM = text("UPDATE second_factors SET confirmed_at = :now WHERE account_id = :account")
_TAKEN = text("UPDATE second_factors SET last_step = :step WHERE account_id = :account")
_USE = text("""
    UPDATE recovery_codes SET used_at = :now
     WHERE account_id = :account AND code_hash = :hash AND used_at IS NULL
""")
_KEEP_CODE = text("INSERT INTO recovery_codes (account_id, code_hash) VALUES (:account, :hash)")
_FORGET_CODES = text("DELETE FROM recovery_codes WHERE account_id = :account")
_FORGET = text("DELETE FROM second_factors WHERE account_id = :account")
