"""The service's folder and the OS users its parts run as.

As root every server drops to a user of its own, so that one of them being broken into does not open the
others' files; without root everything runs as the caller.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SERVICE_USER = "tsuwaroku"
DATABASE_USER = "tsuwaroku-db"
PBX_USER = "tsuwaroku-pbx"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUsers:
    """Names of OS users, or None for each when the caller is not root."""

    service: str | None
    database: str | None
    pbx: str | None

    @classmethod
    def for_this_machine(cls) -> ServiceUsers:
        """Own users as root, otherwise none."""
        if os.geteuid() != 0:
            return cls(service=None, database=None, pbx=None)
        return cls(service=SERVICE_USER, database=DATABASE_USER, pbx=PBX_USER)

    def create(self) -> None:
        """Create the users that are missing. The service joins the PBX's group to hear of its recordings."""
        for name in (self.service, self.database, self.pbx):
            if name is None:
                continue
            try:
                pwd.getpwnam(name)
            except KeyError:
                subprocess.run(
                    [
                        "useradd",
                        "--system",
                        "--user-group",
                        "--no-create-home",
                        "--shell",
                        "/usr/sbin/nologin",
                        name,
                    ],
                    check=True,
                    capture_output=True,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where the service keeps what it owns. ``path`` is ``var/`` of the checkout unless set otherwise."""

    path: Path
    users: ServiceUsers

    @property
    def keys(self) -> Path:
        """Keys and generated secrets, each 0600."""
        return self.path / "keys"

    @property
    def postgres(self) -> Path:
        """The private database cluster."""
        return self.path / "postgres"

    @property
    def asterisk(self) -> Path:
        """Configuration, spool and run files of the own Asterisk."""
        return self.path / "asterisk"

    @property
    def vault(self) -> Path:
        """Sealed objects."""
        return self.path / "vault"

    @property
    def journal(self) -> Path:
        """Call journals, before they are copied to the database."""
        return self.path / "journal"

    @property
    def heads(self) -> Path:
        """Signed heads of the access log, unless they are sent where they belong: to another machine."""
        return self.path / "heads"

    @property
    def models(self) -> Path:
        """Speech model put together from its packages."""
        return self.path / "models"

    @property
    def console(self) -> Path:
        """The console's certificate."""
        return self.path / "console"

    @property
    def run(self) -> Path:
        """Process ids and heartbeats; empty after a restart of the machine."""
        return self.path / "run"

    @property
    def restoring(self) -> Path:
        """Lies there while a backup is restored into this home, and when that was cut short."""
        return self.path / "restoring.json"

    def prepare(self) -> None:
        """Create the folders with their owners. Safe to run again."""
        self.users.create()
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o755)
        for folder in (
            self.keys, self.vault, self.heads, self.journal, self.models, self.console, self.run
        ):  # fmt: skip
            folder.mkdir(mode=0o700, exist_ok=True)
            if self.users.service is not None:
                shutil.chown(folder, self.users.service, self.users.service)

    def is_reachable_by_users(self) -> bool:
        """Say whether the service's users can walk here; a checkout under /root they cannot reach."""
        if self.users.service is None:
            return True
        return all(parent.stat().st_mode & 0o001 for parent in self.path.resolve().parents if parent.exists())
