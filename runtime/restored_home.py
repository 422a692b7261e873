"""An empty home that a backup is put into, step by step; a restore that was cut short goes on where it was.

While a note lies in the home, nothing is started from it: half of what was kept would look like all of it.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DomainError
from runtime.claims import Claims
from runtime.home import Home
from runtime.installation import Installation
from runtime.plain_files import files_in, hand_over, read_whole, write_anew
from runtime.processes import OWN_PROCESSES

_KEPT_APART = ("first-sign-in.txt",)


class HomeHasData(DomainError):
    """もうデータがあるので、何も上書きしません。空のフォルダーを TSUWAROKU_HOME に指定してください。"""

    code = "home-has-data"


class KeysNotGiven(DomainError):
    """鍵は写しに入っていません。別に保管した鍵の写しを、--keys で指定してください。"""

    code = "keys-not-given"


class RestoredHome:
    """A home in the making."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._home: Home = installation.home
        self.was_cut_short = False
        """Whether a restore of this backup began here before and did not come to its end."""

    @property
    def begun(self) -> str:
        """Name of the backup whose restore was cut short here; empty where none was."""
        return self._note() or ""

    @property
    def spool(self) -> Path:
        """Where our own Asterisk records."""
        return self._home.asterisk / "spool" / "recording"

    def require_empty(self, name: str) -> None:
        """Refuse a home with anything in it, unless a restore of this very backup was cut short there.

        Raises:
            HomeHasData
        """
        begun = self._note()
        if begun is not None:
            if begun != name:
                raise HomeHasData
            self.was_cut_short = True
            return
        holds = (
            self._home.postgres / "data",
            self._home.vault,
            self._home.journal,
            self._home.heads,
            self.spool,
        )
        if any(one.is_dir() and any(one.iterdir()) for one in holds):
            raise HomeHasData

    @contextmanager
    def making(self, name: str) -> Generator[None]:
        """Hold the home for one restore; nothing else runs in it, and nothing starts from it before the end.

        Raises:
            AlreadyRunning
        """
        claims = Claims(self._home.path)
        claims.take({*OWN_PROCESSES, "postgres", "asterisk"})
        try:
            self._home.restoring.write_text(json.dumps({"set": name}), encoding="ascii")
            yield
            self._home.restoring.unlink()
        finally:
            claims.let_go()

    def take_keys(self, given: Path | None) -> list[Path]:
        """Copy keys that were kept apart into the home; none over another one. Returns what was copied.

        Raises:
            KeysNotGiven
        """
        self._home.prepare()
        copied: list[Path] = []
        for name, found in [] if given is None else files_in(given):
            target = self._home.keys / name
            if name.name in _KEPT_APART or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_anew(target, read_whole(found))
            copied.append(target)
        if not self._installation.has_keys:
            raise KeysNotGiven
        self._installation.hand_over_keys()
        return copied

    def hand_over(self) -> None:
        """Give what was put here to the service's own user."""
        for folder in (self._home.vault, self._home.journal, self._home.heads):
            hand_over(folder, self._home.users.service)

    def _note(self) -> str | None:
        try:
            return str(json.loads(self._home.restoring.read_text(encoding="ascii"))["set"])
        except FileNotFoundError:
            return None
        except (ValueError, LookupError, TypeError):
            return ""
