"""Keys of people (自分の鍵): a program that shows one acts as that person, within its scopes, never as more.

Such a key is the person's own to make and to end; whoever keeps the machine sees it too, and may end it.
What the person may do is read anew at every request: a role or a department that was taken away is gone at
once. What a deputy is lent (代理) no key carries: standing in for somebody is a person's work.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import text

from api.sessions import Reach, Session
from api.tokens import PREFIX
from core.actors import Actor, Role
from core.clock import Clock
from core.ids import AccountId, DepartmentId, LineId
from storage.database import Database

LONGEST_DAYS = 90
_WRITE_EVERY = timedelta(minutes=1)


class Reaches(StrEnum):
    """What a person's key reaches, of what its person may do."""

    CALLS = "calls"  # 通話の事実を読む
    CALLERS = "callers"  # 通話の番号からの電話の数を読む
    CALLERS_WRITE = "callers:write"  # 共用の番号の印を付ける、外す
    SIGNALS = "signals"  # 兆候を読む
    SIGNALS_WRITE = "signals:write"  # 兆候に「見た」と書く、通報したことを書く
    INCIDENTS = "incidents"  # 事案を読む
    INCIDENTS_WRITE = "incidents:write"  # 事案を作る、記録を進める
    BOARD = "board"  # 判断ボードの意見、所属長確認、合議、決定
    ALERTS = "alerts"  # 庁内警報を読む
    ALERTS_WRITE = "alerts:write"  # 庁内警報を出す、取り消す
    PROVISIONS = "provisions"  # 提供台帳を読む
    IMPORTS = "imports"  # 録音機のファイルの、ことがらを読む
    PAPERS = "papers"  # 決定の文書（PDF）を取り出す
    QUOTES = "quotes"  # 引用の一覧と、目的を言ったうえでの書き出し
    VISITS = "visits"  # 訪問を読む
    VISITS_WRITE = "visits:write"  # 訪問を始める、連絡を書く、終える
    REPORTS = "reports"  # 統計


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A program that showed somebody's key."""

    token: UUID
    name: str
    reaches: frozenset[Reaches]
    session: Session
    """The person, as every reading of the console knows them. It has no desk and no cookie."""

    @property
    def actor(self) -> Actor:
        """In whose name the database is asked."""
        return self.session.actor


class OwnKeys:
    """Makes, finds and ends keys of people."""

    def __init__(self, database: Database, clock: Clock, reach: Reach = frozenset) -> None:
        self._database = database
        self._clock = clock
        self._reach = reach

    def issue(self, by: Actor, name: str, *, reaches: Collection[Reaches], days: int) -> str:
        """Make a key of one's own and return it; it can be shown only now. ``days`` it is valid."""
        key, now = PREFIX + secrets.token_urlsafe(32), self._clock.now()
        row = {
            "id": uuid4(), "name": name, "hash": _hash_of(key), "scopes": sorted(reaches), "now": now,
            "by": by.account, "until": now + timedelta(days=min(days, LONGEST_DAYS)),
        }  # fmt: skip
        with self._database.begin(by) as connection:
            connection.execute(_ISSUE, row)
        return key

    def end(self, by: Actor, key: UUID) -> bool:
        """End one of one's own keys at once; False when there is none that is valid."""
        row = {"id": key, "now": self._clock.now(), "by": by.account}
        with self._database.begin(by) as connection:
            return bool(connection.execute(_END, row).rowcount)

    def find(self, key: str) -> Holder | None:
        """Return whose key it is, as they are now; None when key or account is unknown, over or ended."""
        now = self._clock.now()
        with self._database.begin() as connection:
            row = connection.execute(_FIND, {"hash": _hash_of(key), "now": now}).one_or_none()
            if row is None:
                return None
            if row.last_used_at is None or now - row.last_used_at >= _WRITE_EVERY:
                connection.execute(_USED, {"id": row.id, "now": now})
        known = {one.value for one in Reaches}
        actor = Actor(
            account=AccountId(row.account_id),
            roles=frozenset(Role(role) for role in row.roles),
            departments=self._reach([DepartmentId(one) for one in row.departments]),
            session=bytes(row.token_hash),
            lines=None if row.lines is None else frozenset(LineId(one) for one in row.lines),
        )
        session = Session(
            id_hash=bytes(row.token_hash), actor=actor, display_name=row.display_name, csrf="",
            created_at=row.created_at, expires_at=row.expires_at,
        )  # fmt: skip
        reaches = frozenset(Reaches(one) for one in row.scopes if one in known)
        return Holder(token=row.id, name=row.name, reaches=reaches, session=session)


def _hash_of(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


_ISSUE = text("""
    INSERT INTO api_tokens (id, name, token_hash, scopes, departments, created_at, created_by, expires_at,
                            account_id)
    VALUES (:id, :name, :hash, :scopes, '{}', :now, :by, :until, :by)
""")
_END = text("""
    UPDATE api_tokens SET revoked_at = :now
     WHERE id = :id AND account_id = :by AND revoked_at IS NULL AND expires_at > :now
""")
_FIND = text("""
    SELECT t.id, t.name, t.scopes, t.token_hash, t.created_at, t.expires_at, t.last_used_at, t.account_id,
           a.display_name, a.roles, a.departments, a.lines
      FROM api_tokens t JOIN accounts a ON a.id = t.account_id
     WHERE t.token_hash = :hash AND t.revoked_at IS NULL AND t.expires_at > :now
       AND a.disabled_at IS NULL AND (a.ends_at IS NULL OR a.ends_at > :now)
""")
_USED = text("UPDATE api_tokens SET last_used_at = :now WHERE id = :id")
