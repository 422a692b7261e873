"""The passwords of the database's three roles: made once, each in a file that its owner alone reads."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Literal

from core.errors import DomainError
from core.logs import get_log

DatabaseRole = Literal["owner", "app", "worker"]
ROLES: tuple[DatabaseRole, ...] = ("owner", "app", "worker")

log = get_log()

_OURS = re.compile(r"[A-Za-z0-9_-]{20,100}")


class PasswordUnusable(DomainError):
    """データベースのパスワードのファイルが、作ったときから変わっています。鍵の写しから戻してください。"""

    code = "password-unusable"
    http_status = 503


class PostgresPasswords:
    """Those in one folder of keys, which is made with them."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def make(self) -> bool:
        """Make what is missing; says whether anything was."""
        self._keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = False
        for role in ROLES:
            try:
                handle = os.open(self.file(role), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
            made = True
        return made

    def of(self, role: DatabaseRole) -> str:
        """Return a role's password: a secret.

        It becomes part of a statement of the superuser, and its file lies in a folder of the service's own
        user. So nothing but what we make is one.

        Raises:
            PasswordUnusable
        """
        secret = self.file(role).read_text(encoding="ascii", errors="replace").strip()
        if not _OURS.fullmatch(secret):
            log.error("password.unusable", kind=role)
            raise PasswordUnusable
        return secret

    def file(self, role: DatabaseRole) -> Path:
        """Return where a role's password lies."""
        return self._keys / f"postgres-{role}.password"
