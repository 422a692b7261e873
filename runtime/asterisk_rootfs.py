"""Finds an Asterisk that is new enough, or makes one: a Debian root file system beside the machine's own.

The order: a folder that was given; else an ``asterisk`` of the machine from 22.7 on; else a cached folder;
else mmdebstrap makes it from Debian sid. A folder is used without chroot and without root: its own loader is
started with its own libraries, and every path in the configuration points into it. Of a machine's Asterisk
only the program, its modules and its data are used: its configuration and its service stay as they are.
What is started is a copy that loses no sound (`asterisk_correction.py`), where the program needs one.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from typer import echo

from core.errors import DomainError
from core.logs import get_log
from runtime.apt_mirror import apt_mirror
from runtime.asterisk_correction import Correction, corrected_copy

OLDEST = (22, 7)
"""StasisBroadcast, which lets a call go on when our process hangs, came with 22.7."""

SUITE = "sid"
_PACKAGES = "asterisk,sip-tester"
_SERVER_FOLDERS = ("/usr/sbin", "/usr/local/sbin")
"""Where servers lie; a person's own PATH may lack them."""
_BUILD_SECONDS = 900
_ASK_SECONDS = 20
_VERSION = re.compile(r"Asterisk (\d+)\.(\d+)\S*")

log = get_log()


class AsteriskNotAvailable(DomainError):
    """電話交換機 (Asterisk) を用意できませんでした。"""

    code = "asterisk-not-available"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskProgram:
    """How to start an Asterisk, and where its modules and data lie."""

    argv: tuple[str, ...]
    modules: Path
    data: Path
    version: tuple[int, int]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    rootfs: Path | None = None

    def tool(self, name: str) -> tuple[str, ...]:
        """Return how to start another program of the same tree (``sipp``)."""
        if self.rootfs is None:
            return (name,)
        return (*_loader(self.rootfs), str(self.rootfs / "usr/bin" / name))


def find_asterisk(rootfs: Path | None = None, *, cache: Path | None = None) -> AsteriskProgram:
    """Return an Asterisk from 22.7 on, building one when there is none (about 20 s, network needed).

    Raises:
        AsteriskNotAvailable: none is here and none can be made; the message says in Japanese what is missing.
    """
    cache = cache or default_cache()
    if rootfs is not None:
        return _losing_no_sound(_program_of_tree(rootfs), cache)
    return _losing_no_sound(_installed() or _cached_or_built(cache), cache)


def _losing_no_sound(program: AsteriskProgram, cache: Path) -> AsteriskProgram:
    """Choose the corrected copy of Debian's program, where it can be made and answers like its original."""
    copy = corrected_copy(Path(program.argv[-1]), cache / "corrected")
    better = replace(program, argv=(*program.argv[:-1], str(copy.path)))
    if copy.correction is Correction.NOT_NEEDED:
        return program
    if copy.correction is Correction.DONE and _version_of(better.argv) == program.version:
        return better
    log.warning("asterisk.uncorrected", reason=copy.correction.value)
    echo(
        "    この Asterisk は、保留や転送のあとの庁内側の声を録音から落とすことがあります"
        "（docs/operations.md「Asterisk の録音の欠け」）。"
    )
    return program


def default_cache() -> Path:
    """Return where a built tree is kept: one per machine for root, else one per person."""
    if given := os.environ.get("TSUWAROKU_ROOTFS_CACHE"):
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/cache/tsuwaroku")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tsuwaroku"


def _installed() -> AsteriskProgram | None:
    """Return the machine's own Asterisk; say of one that cannot be used why it is left alone."""
    folders = (*os.environ.get("PATH", os.defpath).split(os.pathsep), *_SERVER_FOLDERS)
    found = (shutil.which("asterisk", path=folder) for folder in dict.fromkeys(folders) if folder)
    for program in dict.fromkeys(Path(path).resolve() for path in found if path):
        version = _version_of((str(program),))
        if version is None:
            _pass_over(program, "版を答えない", "no-version")
        elif version < OLDEST:
            _pass_over(program, f" {_dotted(version)} で、{_dotted(OLDEST)} より古い", "too-old")
        elif (parts := _parts_of(program)) is None:
            _pass_over(program, " StasisBroadcast か ARI の部品が入っていない", "parts-missing")
        else:
            return AsteriskProgram(argv=(str(program),), modules=parts[0], data=parts[1], version=version)
    return None


def _parts_of(program: Path) -> tuple[Path, Path] | None:
    """Return the modules and the data that were installed together with a program.

    They lie below the same prefix: modules of another Asterisk would not load, or would crash it.
    """
    prefix = program.parent.parent
    modules = [*sorted(prefix.glob("lib/*/asterisk/modules")), prefix / "lib/asterisk/modules"]
    # Debian's; the default of one's own build in a prefix; the same in /usr.
    data = [prefix / "share/asterisk", prefix / "var/lib/asterisk", prefix.parent / "var/lib/asterisk"]
    whole = [folder for folder in modules if (folder / "app_stasis_broadcast.so").exists()]
    described = [folder for folder in data if (folder / "rest-api").is_dir()]
    return (whole[0], described[0]) if whole and described else None


def _pass_over(program: Path, why: str, reason: str) -> None:
    log.warning("asterisk.passed-over", reason=reason)
    echo(f"    この機械の Asterisk（{program}）は{why}ため使いません。別に用意したものを使います。")


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _program_of_tree(tree: Path) -> AsteriskProgram:
    tree = tree.resolve()
    try:
        argv = (*_loader(tree), str(tree / "usr/sbin/asterisk"))
        modules = next(tree.glob("usr/lib/*/asterisk/modules"))
    except (StopIteration, OSError):
        raise AsteriskNotAvailable(
            f"{tree} に Asterisk が見つかりません。フォルダーを消してからもう一度起動すると、作り直します。"
        ) from None
    version = _version_of(argv)
    if version is None or version < OLDEST:
        raise AsteriskNotAvailable(f"{tree} の Asterisk は 22.7 より古いか、この機械では動きません。")
    # The machine's own OpenSSL configuration may name modules that fit only the machine's own OpenSSL.
    environment = {"OPENSSL_CONF": str(tree / "etc/ssl/openssl.cnf")}
    return AsteriskProgram(
        argv=argv,
        modules=modules,
        data=tree / "usr/share/asterisk",
        version=version,
        environment=environment,
        rootfs=tree,
    )


def _loader(tree: Path) -> tuple[str, ...]:
    """Return the start of a command that runs a program of the tree with the tree's own libraries."""
    loader = next(iter(sorted(tree.glob("usr/lib/*/ld-linux*.so.*"))), None)
    if loader is None:
        raise FileNotFoundError
    libraries = (loader.parent, tree / "usr/lib", loader.parent / "asterisk")
    return (str(loader), "--library-path", ":".join(map(str, libraries)))


def _version_of(argv: tuple[str, ...]) -> tuple[int, int] | None:
    try:
        told = subprocess.run(
            [*argv, "-V"], capture_output=True, text=True, timeout=_ASK_SECONDS, check=False, cwd="/"
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(told)
    return (int(found[1]), int(found[2])) if found else None


def _cached_or_built(cache: Path) -> AsteriskProgram:
    tree = cache / f"asterisk-{SUITE}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(cache / f"asterisk-{SUITE}.lock"):
            if not tree.exists():
                _build(tree)
            return _program_of_tree(tree)
    except OSError:
        raise AsteriskNotAvailable(
            f"{cache} に書き込めません。TSUWAROKU_ROOTFS_CACHE で別の場所を指定してください。"
        ) from None


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    """Let one builder work at a time; the second one waits and finds the tree finished."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _build(tree: Path) -> None:
    program = shutil.which("mmdebstrap")
    if program is None:
        raise AsteriskNotAvailable(
            "Asterisk 22.7 以降がこの機械にありません。`apt install mmdebstrap` のあと、"
            "もう一度起動すると自動で用意します。"
        )
    mirror = apt_mirror()
    if mirror is None:
        raise AsteriskNotAvailable(
            "Debian の入手先が /etc/apt の設定から読み取れません。"
            "TSUWAROKU_DEBIAN_MIRROR に URL を指定してください。"
        )
    making = Path(tempfile.mkdtemp(prefix=f".{tree.name}-", dir=tree.parent))
    making.chmod(0o755)
    log.info("asterisk.building")
    command = [
        program,
        "--variant=essential",
        f"--include={_PACKAGES}",
        # A mirror that lags behind its signature's date is still signed.
        '--aptopt=Acquire::Check-Valid-Until "false"',
        SUITE,
        str(making / "tree"),
        mirror,
    ]
    try:
        done = subprocess.run(command, check=False, timeout=_BUILD_SECONDS, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise AsteriskNotAvailable(
                "Debian sid から Asterisk を取り込めませんでした。すぐ上の mmdebstrap の記録を見てください。"
            )
        _program_of_tree(making / "tree")
        (making / "tree").rename(tree)
    except subprocess.TimeoutExpired:
        raise AsteriskNotAvailable("Asterisk の取り込みが時間内に終わりませんでした。") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
