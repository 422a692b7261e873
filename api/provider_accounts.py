"""People whom the provider proved: their account here follows their groups there, at every sign-in.

A person is known by issuer and subject alone. A name or an address of mail never leads to an account that
is there already: whoever may choose it at the provider would choose somebody else's.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from api.passwords import Passwords
from api.provider import Asked, Identity, ProviderRefused
from api.sessions import Sessions, hash_of
from api.sign_in_steps import LASTS
from core.clock import Clock
from core.ids import AccountId
from core.logs import get_log
from core.profile.model import CityProfile
from core.rights import needs_departments
from storage.database import Database

log = get_log()


class ProviderAccounts:
    """Finds, makes and changes accounts of people whom the provider proved; remembers who is on the way."""

    def __init__(
        self, database: Database, passwords: Passwords, clock: Clock, profile: CityProfile, sessions: Sessions
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock
        self._profile = profile
        self._sessions = sessions

    def leave(self, asked: Asked, wanted: str) -> str:
        """Remember somebody who goes to the provider; returns the cookie to come back with."""
        cookie, now = secrets.token_urlsafe(32), self._clock.now()
        row = {
            "id": hash_of(cookie), "state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier,
            "wanted": wanted, "until": now + LASTS,
        }  # fmt: skip
        with self._database.begin() as connection:
            connection.execute(_SWEEP, {"now": now})
            connection.execute(_LEAVE, row)
        return cookie

    def come_back(self, cookie: str) -> tuple[Asked, str] | None:
        """Return what the browser with this cookie left with and wanted, once; None when there is nothing."""
        with self._database.begin() as connection:
            row = connection.execute(
                _COME_BACK, {"id": hash_of(cookie), "now": self._clock.now()}
            ).one_or_none()
        if row is None:
            return None
        return Asked(state=row.state, nonce=row.nonce, verifier=row.verifier), row.wanted

    def account_of(self, identity: Identity) -> AccountId:
        """Return the person's account with the rights that the groups give today; a new one for a new person.

        Raises:
            ProviderRefused: no group gives any right, or the account is disabled or over; sessions end
        """
        roles, departments = self._profile.sign_in.rights_of(identity.groups)
        known = {one.id for one in self._profile.departments}
        rights = {
            "name": identity.name or "（名前なし）", "roles": sorted(roles),
            "departments": sorted(departments & known),
        }  # fmt: skip
        needs = needs_departments(roles)
        fit = bool(roles) and (bool(rights["departments"]) or not needs)
        key = {"issuer": identity.issuer, "subject": identity.subject}
        with self._database.begin() as connection:
            account = connection.execute(_WHOSE, key).scalar_one_or_none()
            if fit and account is None:
                account = self._new(connection, key, rights)
            usable = fit and connection.execute(_RIGHTS, {"id": account, **rights}).rowcount == 1
        if account is not None and not usable:
            self._sessions.end_everywhere(AccountId(account))
        if account is None or not usable:
            log.warning("provider.refused", reason="rights")
            raise ProviderRefused
        return AccountId(account)

    def knows(self, account: AccountId) -> bool:
        """Say whether a person comes through the provider, which then proves them by more than a password."""
        with self._database.begin() as connection:
            return bool(connection.execute(_KNOWN_HERE, {"account": account}).scalar_one())

    def _new(self, connection: Connection, key: Mapping[str, str], rights: Mapping[str, object]) -> UUID:
        account, now = uuid4(), self._clock.now()
        login = "p-" + hashlib.sha256("\0".join(key.values()).encode()).hexdigest()[:16]
        # Nobody knows its password; that there is one keeps its name as slow to try as any other.
        password = self._passwords.hash(secrets.token_urlsafe(32))
        connection.execute(_NEW, {"id": account, "login": login, "hash": password, "now": now, **rights})
        connection.execute(_KNOWN, {"id": account, "now": now, **key})
        return account


_SWEEP = text("DELETE FROM provider_sign_ins WHERE expires_at <= :now")
_LEAVE = text("""
    INSERT INTO provider_sign_ins (id_hash, state, nonce, verifier, wanted, expires_at)
    VALUES (:id, :state, :nonce, :verifier, :wanted, :until)
""")
_COME_BACK = text("""
    DELETE FROM provider_sign_ins WHERE id_hash = :id AND expires_at > :now
    RETURNING state, nonce, verifier, wanted
""")
_WHOSE = text("SELECT account_id FROM provider_identities WHERE issuer = :issuer AND subject = :subject")
_NEW = text("""
    INSERT INTO accounts (id, login, display_name, password_hash, roles, departments, created_at)
    VALUES (:id, :login, :name, :hash, :roles, :departments, :now)
""")
_KNOWN = text("""
    INSERT INTO provider_identities (issuer, subject, account_id, created_at)
    VALUES (:issuer, :subject, :id, :now)
""")
_KNOWN_HERE = text("SELECT EXISTS (SELECT 1 FROM provider_identities WHERE account_id = :account)")
_RIGHTS = text("""
    UPDATE accounts SET display_name = :name, roles = :roles, departments = :departments
     WHERE id = :id AND disabled_at IS NULL AND coalesce(ends_at > now(), true)
""")
