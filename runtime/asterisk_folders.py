"""The folders of our own Asterisk: what its OS user may read only, and what it may write.

Whoever breaks into Asterisk cannot change what it is told, nor reach anything outside.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from core.errors import DomainError
from runtime.plain_files import own_folder

_READ = ("etc", "sounds", "sounds/hold")
_WRITTEN = ("run", "log", "spool", "spool/recording", "spool/tmp", "db", "lib", "keys", "cache", "agi")


class FolderOutOfReach(DomainError):
    """電話交換機の利用者が入れないフォルダーです。TSUWAROKU_HOME に別の場所を指定してください。"""

    code = "folder-out-of-reach"
    http_status = 503


class AsteriskFolders:
    """Everything below one folder. Without ``os_user`` all of it belongs to whoever runs this."""

    def __init__(self, home: Path, os_user: str | None) -> None:
        self._home = home
        self._os_user = os_user

    def prepare(self) -> None:
        """Create what is missing and give each folder to whom it belongs. Contents stay."""
        self._home.mkdir(parents=True, exist_ok=True)
        for folder in ("", *_READ, *_WRITTEN):
            self._own(self._home / folder, written=folder in _WRITTEN)

    def write(self, file: Path, content: bytes) -> None:
        """Write through a renamed file, 0640: a reader sees the old text or the new one, never half."""
        making = file.with_name(f".{file.name}")
        making.unlink(missing_ok=True)
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as new:
            if self._os_user is not None:
                os.fchown(new.fileno(), -1, pwd.getpwnam(self._os_user).pw_gid)
            os.fchmod(new.fileno(), 0o640)
            new.write(content)
        making.rename(file)

    def require_reach(self, file: Path) -> None:
        """Make sure that Asterisk's user can read a file.

        Raises:
            FolderOutOfReach: it cannot, for instance because a folder above is closed.
        """
        if self._os_user is None:
            return
        try:
            seen = subprocess.run(
                ["test", "-r", str(file)],
                check=False,
                user=self._os_user,
                group=self._os_user,
                extra_groups=[],
                cwd="/",
            )
        except OSError:
            raise FolderOutOfReach from None
        if seen.returncode != 0:
            raise FolderOutOfReach

    def _own(self, folder: Path, *, written: bool) -> None:
        if self._os_user is None:
            own_folder(folder, 0o750)
            return
        user = pwd.getpwnam(self._os_user)
        own_folder(folder, 0o750, user=user.pw_uid if written else -1, group=user.pw_gid)
