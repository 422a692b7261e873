"""Runs the services of docker-compose.yml without Docker: the same words, users, folders and environment.

A container's stand-in is a mount namespace of its own. The program's image is this machine with the checkout,
less what .dockerignore leaves out, at the image's own place; Asterisk's is the root file system the product
makes from Debian sid; PostgreSQL's are the programs of the wheel, led through the steps of the official
image's entry point. Commands, users, volumes and health checks are read from the files, never repeated here.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from runtime.asterisk_rootfs import (
    _cached_or_built,  # pyright: ignore[reportPrivateUsage]
    default_cache,
    find_asterisk,
)
from runtime.postgres_programs import PostgresPrograms

PROGRAM = Path(__file__).resolve().parent.parent
FILE = PROGRAM / "docker-compose.yml"
READY_SECONDS = 60.0

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?:(?P<how>:\?|:-)(?P<usual>[^}]*))?\}")
_POSTGRES_USER = "10002:10002"
_POSTGRES_DATA = "/var/lib/postgresql/18/docker"  # PGDATA of the official image from 18 on
_POSTGRES_ENTRY_POINT = """
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    printf '%s' "$POSTGRES_PASSWORD" > "$HOME/password"
    initdb -D "$PGDATA" --username=postgres --pwfile="$HOME/password" $POSTGRES_INITDB_ARGS >&2
    pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start >&2
    for script in $INIT_SCRIPTS; do "$script" >&2; done
    pg_ctl -D "$PGDATA" -m fast -w stop >&2
fi
exec "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What a Dockerfile says of how its image runs. PostgreSQL's has none of ours."""

    dockerfile: str
    user: str
    workdir: str
    entrypoint: Sequence[str]
    command: Sequence[str]

    @classmethod
    def of(cls, file: Path) -> Image:
        """Read a Dockerfile."""
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        told = dict(re.findall(r"^(USER|WORKDIR|ENTRYPOINT|CMD) (.+)$", text, re.MULTILINE))
        return cls(
            dockerfile=text,
            user=told["USER"],
            workdir=told["WORKDIR"],
            entrypoint=yaml.safe_load(told["ENTRYPOINT"]),
            command=yaml.safe_load(told["CMD"]),
        )


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """Put variables in as Compose does. A required one that is missing is a KeyError."""

    def put_in(found: re.Match[str]) -> str:
        if found["how"] == ":-":
            return values.get(found["name"]) or found["usual"]
        return values[found["name"]]

    return _VARIABLE.sub(put_in, text)


def image_content(folder: Path) -> Path:
    """Lay out what ``COPY .`` brings into an image."""
    left_out = (PROGRAM / ".dockerignore").read_text(encoding="utf-8").split()
    anywhere = [one.removeprefix("**/") for one in left_out if one.startswith("**/")]

    def ignore(at: str, names: list[str]) -> set[str]:
        top = set(left_out) & set(names) if Path(at) == PROGRAM else set[str]()
        return top | shutil.ignore_patterns(*anywhere)(at, names)

    shutil.copytree(PROGRAM, folder, ignore=ignore)
    return folder


class Composed:
    """The services, started and stopped one by one. ``values`` is the .env file."""

    def __init__(self, folder: Path, values: Mapping[str, str]) -> None:
        self.folder = folder
        told: dict[str, Any] = yaml.safe_load(interpolated(FILE.read_text(encoding="utf-8"), values))
        self.services: dict[str, dict[str, Any]] = told["services"]
        self._content = image_content(folder / "content")
        (self._content / ".venv").symlink_to((PROGRAM / ".venv").resolve())
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._people = folder / "passwd"
        made = ((self._image("app").user, "tsuwaroku"), (_POSTGRES_USER, "postgres"))
        self._people.write_text(
            Path("/etc/passwd").read_text(encoding="utf-8")
            + "".join(f"{name}-image:x:{user}::/nonexistent:/usr/sbin/nologin\n" for user, name in made)
        )
        for volume in told["volumes"]:
            self.volume(volume).mkdir()
            user = _POSTGRES_USER if volume == "database" else self._image("app").user
            os.chown(self.volume(volume), *map(int, user.split(":")))

    def volume(self, name: str) -> Path:
        """Where a named volume lies."""
        return self.folder / f"volume-{name}"

    def start(self, name: str) -> None:
        """Start a service and leave it running."""
        with self.output(name).open("ab") as output:
            self._running[name] = subprocess.Popen(
                self._as_container(name, self._command(name)),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def run(self, name: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run a service that ends by itself."""
        return self._ended(self._as_container(name, self._command(name)), seconds)

    def execute(self, name: str, *words: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run words in a service's container, as ``docker compose exec`` does."""
        return self._ended(self._as_container(name, words), seconds)

    def wait_until_healthy(self, name: str) -> None:
        """Run the service's own health check until it passes."""
        how, *words = self.services[name]["healthcheck"]["test"]
        check = ["/bin/sh", "-c", *words] if how == "CMD-SHELL" else words
        end = time.monotonic() + READY_SECONDS
        while True:
            done = self.execute(name, *check)
            if done.returncode == 0:
                return
            alive = self._running[name].poll() is None
            said = self.output(name).read_text(errors="replace")[-2000:]
            assert alive, f"{name} ended: {said}"
            assert time.monotonic() < end, f"{name} is not healthy: {done.stdout}{done.stderr}{said}"
            time.sleep(0.2)

    def output(self, name: str) -> Path:
        """What a service said."""
        return self.folder / f"{name}.log"

    def stop(self) -> dict[str, bool]:
        """Stop all as Docker does, the last one first; returns which ones ended in their time."""
        in_time: dict[str, bool] = {}
        for name, process in reversed(self._running.items()):
            # The official image of PostgreSQL names SIGINT as its stop signal.
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            try:
                process.wait(float(str(self.services[name].get("stop_grace_period", "10s")).rstrip("s")))
                in_time[name] = True
            except subprocess.TimeoutExpired:
                in_time[name] = False
                process.kill()
                process.wait()
        self._running.clear()
        return in_time

    # A stand-in for a container ----------------------------------------------------------------------------

    def _image(self, name: str) -> Image:
        return Image.of(PROGRAM / self.services[name]["build"]["dockerfile"])

    def _command(self, name: str) -> Sequence[str]:
        service = self.services[name]
        if "build" not in service:
            return service["command"]
        image = self._image(name)
        return [*service.get("entrypoint", image.entrypoint), *service.get("command", image.command)]

    def _as_container(self, name: str, words: Sequence[str]) -> list[str]:
        make = {"postgres": self._postgres_words, "asterisk": self._asterisk_words}
        script = make.get(name, self._program_words)(name, words)
        return ["unshare", "--mount", "--propagation", "private", "/bin/sh", "-euc", script]

    def _ended(self, words: Sequence[str], seconds: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False
        )

    def _program_words(self, name: str, words: Sequence[str]) -> str:
        image = self._image(name)
        return "\n".join(
            [
                "mount -t tmpfs none /srv",
                "mount -t tmpfs none /var/lib",
                f"mkdir {image.workdir}",
                f"mount --bind {self._content} {image.workdir}",
                f"mount --bind {self._people} /etc/passwd",
                *self._mounts(name, Path("/")),
                f"cd {image.workdir}",
                f"exec {self._confined(name, image.user, '/var/lib/tsuwaroku')} {shlex.join(words)}",
            ]
        )

    def _asterisk_words(self, name: str, words: Sequence[str]) -> str:
        image = self._image(name)
        layers = self.folder / "layers"
        layers.mkdir(exist_ok=True)
        root = layers / "root"
        layered = f"lowerdir={self._sid()},upperdir={layers}/upper,workdir={layers}/work"
        copied = [
            f"install -D {self._content / source} {root}{target}"
            for source, target in re.findall(r"^COPY (\S+) (\S+)$", image.dockerfile, re.MULTILINE)
        ]
        inside = f"cd {image.workdir}; exec {shlex.join(words)}"
        return "\n".join(
            [
                f"mount -t tmpfs none {layers}",
                f"mkdir {layers}/upper {layers}/work {root}",
                f"mount -t overlay overlay -o {layered} {root}",
                f"mount --rbind /dev {root}/dev",
                f"mount -t proc proc {root}/proc",
                *copied,
                *self._mounts(name, root),
                f"exec chroot {root} {self._confined(name, image.user, '/')} sh -c {shlex.quote(inside)}",
            ]
        )

    def _postgres_words(self, name: str, words: Sequence[str]) -> str:
        programs = PostgresPrograms(self.folder, "postgres").path("postgres").parent
        scripts = [
            str(self._content / one.split(":")[0])
            for one in self.services[name]["volumes"]
            if "/docker-entrypoint-initdb.d/" in one
        ]
        more = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "PGDATA": _POSTGRES_DATA,
            "INIT_SCRIPTS": " ".join(scripts),
        }
        home = "/var/lib/postgresql"
        if words == self._command(name):
            words = ["sh", "-euc", _POSTGRES_ENTRY_POINT, "sh", *words]
        return "\n".join(
            [
                "mount -t tmpfs none /var/lib",
                f"mount --bind {self._people} /etc/passwd",
                *self._mounts(name, Path("/")),
                "cd /",
                f"exec {self._confined(name, _POSTGRES_USER, home, more)} {shlex.join(words)}",
            ]
        )

    def _mounts(self, name: str, root: Path) -> list[str]:
        lines: list[str] = []
        for volume, target in (one.split(":")[:2] for one in self.services[name]["volumes"]):
            if not volume.startswith("."):
                lines.append(f"mkdir -p {root}/{target}; mount --bind {self.volume(volume)} {root}/{target}")
        return lines

    def _confined(self, name: str, user: str, home: str, more: Mapping[str, str] | None = None) -> str:
        service = self.services[name]
        uid, gid = user.split(":")
        limits = ["prlimit", *(f"--{limit}={value}" for limit, value in service.get("ulimits", {}).items())]
        # A machine that is itself a container may not raise limits; the commands must do their work even so.
        may = subprocess.run([*limits, "true"], check=False, capture_output=True).returncode == 0
        words = [*(limits if may else []), "setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
        if service.get("cap_drop") == ["ALL"]:
            words += ["--bounding-set=-all", "--inh-caps=-all"]
        if "no-new-privileges:true" in service.get("security_opt", []):
            words += ["--no-new-privs"]
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": home,
            **{key: str(value) for key, value in service.get("environment", {}).items()},
            **(more or {}),
        }
        given = [f"{key}={value}" for key, value in environment.items()]
        return shlex.join([*words, "env", "-i", *given])

    def _sid(self) -> Path:
        given = os.environ.get("TSUWAROKU_ASTERISK__ROOTFS")
        program = find_asterisk(Path(given)) if given else _cached_or_built(default_cache())
        assert program.rootfs is not None
        return program.rootfs
