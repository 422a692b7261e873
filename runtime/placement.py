"""Puts the program where the service's own users can read it.

Services drop to users of their own, and a checkout in somebody's home folder (0700) is closed to them. Then
the program is copied to a public folder and goes on from there; its data stand in /var/lib/tsuwaroku.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from runtime.home import Home, ServiceUsers

PROGRAM = Path(__file__).resolve().parent.parent
PUBLIC_PROGRAM = Path("/opt/tsuwaroku/app")
PUBLIC_HOME = Path("/var/lib/tsuwaroku")
PARTS = (
    "core", "storage", "telephony", "transcription", "incidents", "api", "runtime", "bench", "profiles",
    "tsuwaroku",
)  # fmt: skip


def is_public(folder: Path) -> bool:
    """Say whether every user may walk to a folder and read it."""
    users = ServiceUsers.for_this_machine()
    return Home(path=folder / "x", users=users).is_reachable_by_users()


def own_home() -> Path:
    """Return where the data stand when nobody says otherwise: beside the program, if that is public."""
    return PROGRAM / "var" if is_public(PROGRAM) else PUBLIC_HOME


def copy_program() -> None:
    """Copy the program, without its data, to where every user may read it; an older copy goes."""
    making = PUBLIC_PROGRAM.with_name("app.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for part in PARTS:
        source = PROGRAM / part
        if source.is_dir():
            shutil.copytree(source, making / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, making / part)
    (making / ".venv").symlink_to((PROGRAM / ".venv").resolve())
    for path in (making, *making.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    shutil.rmtree(PUBLIC_PROGRAM, ignore_errors=True)
    making.rename(PUBLIC_PROGRAM)


def public_environment(places: Mapping[str, Path], home: Path) -> dict[str, str]:
    """Return the environment for the copy, which starts in another folder.

    Nothing in it may name a place from there by accident: the copy is thrown away at the next start, and data
    that lay in it would go with it.

    Args:
        places: variables that name a place, absolute; what lies in the program moves with it
        home: where the data stand
    """
    moved = {name: str(_in_the_copy(place)) for name, place in places.items()}
    return {**os.environ, **moved, "TSUWAROKU_HOME": str(home), "PYTHONPATH": str(PUBLIC_PROGRAM)}


def _in_the_copy(place: Path) -> Path:
    parts = place.relative_to(PROGRAM).parts if place.is_relative_to(PROGRAM) else ()
    return PUBLIC_PROGRAM.joinpath(*parts) if parts and parts[0] in PARTS else place


def go_public(places: Mapping[str, Path], home: Path) -> None:
    """Copy the program and start it again from there, with the same arguments. Does not return."""
    copy_program()
    environment = public_environment(places, home)
    os.chdir(PUBLIC_PROGRAM)
    python = str(PUBLIC_PROGRAM / ".venv" / "bin" / "python")  # not ours: it lies in the closed folder
    os.execve(python, [python, "-m", "runtime", *sys.argv[1:]], environment)  # noqa: S606
