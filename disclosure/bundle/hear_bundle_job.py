"""Handler ``hear_bundle``: a recogniser hears the passages of a finished bundle again before it may leave.

It is given no vocabulary: one that knows the name would write it for a tone. Where there is no recogniser the
bundle leaves unheard, and says so. May run twice and may be killed anywhere: until the row says otherwise,
the bundle waits; a person may decide not to wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

import numpy as np
import pyzipper
from numpy.typing import NDArray

from core.profile.model import CityProfile
from disclosure.bundle.finding import Finding
from disclosure.bundle.gathering import GroundMissing, NotDecided, gather
from disclosure.bundle.heard_again import Recogniser, heard_again
from disclosure.bundle.left_out import Reading
from disclosure.bundle.masters import masters_of
from disclosure.bundle.release import Release
from disclosure.bundle.workroom import workroom
from storage.bundle_files import BundleFiles
from storage.bundles import HEARING, KeptBundle, bundle_of, end_bundle, end_hearing, note_heard_so_far
from storage.database import Database
from storage.vault import Vault
from transcription.engine import ModelMissing
from transcription.hearing import Hears
from transcription.pieces import Piece

_SOUNDS = (".wav", ".webm")


def recogniser_of(hears: Hears) -> Recogniser:
    """Return what hears one side of a passage, with nothing beside it and no vocabulary."""

    def words(sound: NDArray[np.int16]) -> str:
        alone = np.ascontiguousarray(sound)
        piece = Piece(start=0.0, caller=alone, hall=alone, room=True)
        return "".join(one.text for one in hears.hear(piece, (), _go_on))

    return words


class HearBundle:
    """Has bundles heard once more.

    Args:
        database: the worker's
        vault: gives the masters
        files: where finished bundles lie
        profile: of the city
        kinds: what each kind of request is called
        hears: writes down what it hears
        reading: how words are read
        open_password: opens a sealed password
        folder: where the files lie meanwhile; on a disk of this machine
    """

    def __init__(  # noqa: PLR0913  the collaborators of one job
        self,
        *,
        database: Database,
        vault: Vault,
        files: BundleFiles,
        profile: CityProfile,
        kinds: Mapping[str, str],
        hears: Hears,
        reading: Callable[[], Reading],
        open_password: Callable[[bytes], str],
        folder: Path,
    ) -> None:
        self._database = database
        self._vault = vault
        self._files = files
        self._profile = profile
        self._kinds = kinds
        self._hears = hears
        self._reading = reading
        self._open_password = open_password
        self._folder = folder

    def __call__(self, bundle: str) -> None:
        """Have one heard; one that nobody waits for is left alone."""
        wanted = UUID(bundle)
        with self._database.begin() as connection:
            row = bundle_of(connection, wanted)
        if row.state != HEARING or row.made is None:
            return
        try:
            with self._database.begin() as connection:
                release = gather(connection, row, self._profile, masters_of(self._vault), self._kinds).release
        except (NotDecided, GroundMissing) as refused:
            self._refuse(wanted, row.made, refused.code)
            return
        try:
            found = self._heard(wanted, row.made, release)
        except _NobodyWaits:
            return
        except ModelMissing:
            with self._database.begin() as connection:
                end_hearing(connection, wanted, heard=False)
            return
        if found:
            self._refuse(wanted, row.made, "bundle-leaks", found)
            return
        with self._database.begin() as connection:
            end_hearing(connection, wanted, heard=True)

    def _heard(self, bundle: UUID, made: KeptBundle, release: Release) -> list[Finding]:
        self._hears.model()  # before anything is opened

        def told(done: int, steps: int) -> None:
            with self._database.begin() as connection:
                if not note_heard_so_far(connection, bundle, done, steps):
                    raise _NobodyWaits

        self._folder.mkdir(parents=True, exist_ok=True)
        with workroom(self._folder) as folder:
            with pyzipper.AESZipFile(self._files.open(made.object_key, made.size)) as packed:
                packed.setpassword(self._open_password(made.password).encode())
                for name in packed.namelist():
                    if name.endswith(_SOUNDS):
                        packed.extract(name, folder)
            return list(heard_again(release, folder, recogniser_of(self._hears), self._reading(), told))

    def _refuse(self, bundle: UUID, made: KeptBundle, fault: str, found: list[Finding] | None = None) -> None:
        told = [{"leak": one.leak.value, "file": one.file, "place": one.place} for one in found or ()]
        with self._database.begin() as connection:
            end_bundle(connection, bundle, "refused", fault, told)
        self._files.drop(made.object_key)


class _NobodyWaits(Exception):
    """A person decided not to wait, or the bundle is gone."""


def _go_on() -> None:
    """A passage is short: nothing ends it in its middle."""
