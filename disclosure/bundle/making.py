"""A bundle is made: files, manifest, one encrypted ZIP. All of it, or nothing that looks finished.

The password is made here, told to whoever asked, and written nowhere in clear. It goes another way than the
bundle.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyzipper
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from disclosure.bundle import manifest
from disclosure.bundle.omissions import as_csv
from disclosure.bundle.paper import omissions_pdf, transcript_pdf
from disclosure.bundle.release import Release
from disclosure.bundle.sound_files import write_opus, write_wav
from disclosure.bundle.words_for_receiver import READ_ME, words_for_receiver
from disclosure.bundle.workroom import settled, workroom
from incidents.papers.fonts import ReportFonts

TRANSCRIPT, OMISSIONS, OMISSIONS_CSV = "transcript.pdf", "omissions.pdf", "omissions.csv"
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is mistaken for another sign on paper
_GROUPS, _GROUP = 5, 4
_EPOCH = (2000, 1, 1, 0, 0, 0)
"""Of every file in the ZIP: when the hall worked on it is nobody's business."""


class NotGrounded(ValueError):
    """A passage is left out and nobody has said why: nothing is released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBundle:
    """A bundle that lies there."""

    path: Path
    sha256: str
    size: int
    manifest: bytes
    password: str


def make_bundle(  # noqa: PLR0913  what is made, where, under which key, when, and who is told how far it is
    release: Release,
    path: Path,
    *,
    key: Ed25519PrivateKey,
    fonts: ReportFonts,
    made_at: datetime,
    told: Callable[[int, int], None] | None = None,
) -> MadeBundle:
    """Make the bundle of a release.

    Args:
        release: what is released
        path: of the finished file; whatever lay there is replaced in one step
        key: signs the manifest
        fonts: of the papers
        made_at: when
        told: hears after each step how many of how many are done

    Raises:
        NotGrounded: a passage has no ground, and there is no bundle
        OSError: there is no room; there is no bundle
        whatever reading the master raises
    """
    if any(one.ground not in release.grounds for call in release.calls for one in call.masks):
        raise NotGrounded
    password = new_password()
    steps = 2 * len(release.calls) + 3
    with workroom(path.parent) as folder:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            if told is not None:
                told(done, steps)

        for number, call in enumerate(release.calls, 1):
            wav = folder / f"call-{number}.wav"
            write_wav(call, release.cover, wav)
            step()
            write_opus(wav, call.samples, folder / f"call-{number}.webm")
            step()
        (folder / TRANSCRIPT).write_bytes(transcript_pdf(release, fonts))
        (folder / OMISSIONS).write_bytes(omissions_pdf(release, fonts))
        (folder / OMISSIONS_CSV).write_bytes(as_csv(release))
        (folder / READ_ME).write_text(words_for_receiver(release), encoding="utf-8")
        step()
        listed = manifest.manifest_of(release, folder.iterdir(), made_at, key)
        (folder / manifest.NAME).write_bytes(listed)
        step()
        finished = folder / "bundle.zip"
        _pack(sorted(one for one in folder.iterdir() if one != finished), finished, password)
        made = MadeBundle(
            path=path, sha256=manifest.sha256_of(finished), size=finished.stat().st_size, manifest=listed,
            password=password,
        )  # fmt: skip
        finished.replace(path)
        settled(path)
        step()
    return made


def new_password() -> str:
    """Return a password that people can type off a sheet of paper: 100 bits."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _pack(files: list[Path], path: Path, password: str) -> None:
    with path.open("wb") as out:
        with pyzipper.AESZipFile(
            out, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES
        ) as bundle:
            bundle.setpassword(password.encode())
            for one in files:
                info = bundle.zipinfo_cls(filename=one.name, date_time=_EPOCH)
                info.external_attr = 0o600 << 16
                info.file_size = one.stat().st_size  # two gigabytes and more need another head
                with one.open("rb") as content, bundle.open(info, "w") as place:
                    shutil.copyfileobj(content, place, 1024 * 1024)
        out.flush()
        os.fsync(out.fileno())
