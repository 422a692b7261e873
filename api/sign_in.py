"""Signing in: a name and a password, one answer for everything that is wrong, a growing wait after failures.

Waits are counted for a name *at one address* first, so that somebody guessing elsewhere in the building does
not keep the person out; for the name alone they start later, stay short, and do not hold where that name has
signed in before: whoever goes on guessing would otherwise take every free moment. Nobody is locked out.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from api.attempts import Attempts, Patience
from api.passwords import Passwords
from core.clock import Clock
from core.errors import DomainError
from core.ids import AccountId
from core.logs import get_log
from storage.database import Database

log = get_log()
AT_HOME = timedelta(days=30)
"""So long an address stays one where the name is known to sign in."""

NAME_AT_ADDRESS = Patience(free=5, longest_seconds=300)
NAME_ALONE = Patience(free=25, longest_seconds=30)


class SignInRefused(DomainError):
    """The login name or the password is wrong."""

    code = "sign-in-refused"
    http_status = 401


class SignIn:
    """Proves who somebody is. ``key`` hides the tried names in the table of attempts."""

    def __init__(self, database: Database, passwords: Passwords, clock: Clock, key: bytes) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._attempts = Attempts(key)

    def prove(self, login: str, password: str, address: str) -> AccountId:
        """Return the account that a name and a password belong to.

        Raises:
            SignInRefused: unknown name, wrong password, or an account that is disabled or whose time is over;
                which of them is not told.
            SignInLater: too many failures lately; ``seconds`` says how long to wait.
            TooManySignIns: all seats for password checks are taken.
        """
        pair, alone = self._attempts.name(b"pair", login, address), self._attempts.name(b"login", login, "")
        self._take_a_turn(pair, alone)
        with self._database.begin() as connection:
            row = connection.execute(_ACCOUNT, {"login": login}).one_or_none()
        if not self._passwords.matches(password, row.password_hash if row else None) or row is None:
            log.info("sign_in.refused")
            raise SignInRefused
        account: UUID = row.id
        with self._database.begin() as connection:
            self._attempts.note(connection, (pair, alone), self._clock.now(), succeeded=True)
        return AccountId(account)

    def prove_again(self, account: AccountId, password: str) -> None:
        """Have somebody who is signed in show the password once more, before something that matters.

        Raises:
            SignInRefused, SignInLater, TooManySignIns: as ``prove``
        """
        again, now = self._attempts.name(b"again", str(account)), self._clock.now()
        with self._database.begin() as connection:
            self._attempts.one_at_a_time(connection, again)
            wait = self._attempts.wait(connection, again, NAME_AT_ADDRESS, now)
            if wait <= timedelta(0):
                self._attempts.note(connection, (again,), now, succeeded=False)
            stored = connection.execute(_HASH, {"account": account}).scalar_one_or_none()
        self._attempts.refuse(wait)
        if not self._passwords.matches(password, stored):
            log.info("sign_in.refused", reason="again")
            raise SignInRefused
        with self._database.begin() as connection:
            self._attempts.note(connection, (again,), self._clock.now(), succeeded=True)

    def _take_a_turn(self, pair: bytes, alone: bytes) -> None:
        now = self._clock.now()
        with self._database.begin() as connection:
            self._attempts.one_at_a_time(connection, alone)
            wait = self._attempts.wait(connection, pair, NAME_AT_ADDRESS, now)
            at_home = connection.execute(_AT_HOME_HERE, {"key": pair, "since": now - AT_HOME})
            if not at_home.scalar_one():
                wait = max(wait, self._attempts.wait(connection, alone, NAME_ALONE, now))
            if wait <= timedelta(0):
                self._attempts.note(connection, (pair, alone), now, succeeded=False)
        self._attempts.refuse(wait)


_ACCOUNT = text("""
    SELECT id, password_hash FROM accounts
     WHERE login = :login AND disabled_at IS NULL AND coalesce(ends_at > now(), true)
""")
_HASH = text("""
    SELECT password_hash FROM accounts
     WHERE id = :account AND disabled_at IS NULL AND coalesce(ends_at > now(), true)
""")
_AT_HOME_HERE = text("""
    SELECT EXISTS (SELECT 1 FROM sign_in_attempts WHERE login_key = :key AND at > :since AND succeeded)
""")
