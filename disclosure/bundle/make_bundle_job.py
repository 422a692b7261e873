"""Handler ``make_bundle``: makes what was asked for, looks through it, and puts away what may leave.

What was made waits to be heard once more (``hear_bundle_job``). May run twice and may be killed anywhere:
until the row says that it is made there is nothing to hand out. A finished file that a killed worker left is
encrypted under a password that died with it, and is swept away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.clock import Clock
from core.errors import DomainError
from core.facts import BundleMade
from core.ids import BundleId
from core.profile.model import CityProfile
from disclosure.bundle.gathering import GroundMissing, NotAllHeard, NotDecided, gather
from disclosure.bundle.leak_check import look_through
from disclosure.bundle.left_out import Reading
from disclosure.bundle.making import make_bundle
from disclosure.bundle.masters import masters_of
from incidents.papers.fonts import ReportFonts
from storage.bundle_files import BundleFiles
from storage.bundles import GOING_ON, KeptBundle, bundle_of, end_bundle, finish_bundle, goes_on, note_progress
from storage.database import Database
from storage.unit_of_work import Announces, UnitOfWork
from storage.vault import Vault

Seal = Callable[[str], bytes]


class MakeBundle:
    """Makes bundles.

    Args:
        database: the worker's
        vault: gives the masters
        announcer: tells that one is made
        files: where finished bundles lie
        profile: of the city
        kinds: what each kind of request is called
        key: signs the manifest
        fonts: of the papers
        reading: how words are read
        seal: seals the password
        folder: where a bundle is made; on a disk of this machine
        clock: says when
    """

    def __init__(  # noqa: PLR0913  the collaborators of one job
        self,
        *,
        database: Database,
        vault: Vault,
        announcer: Announces,
        files: BundleFiles,
        profile: CityProfile,
        kinds: Mapping[str, str],
        key: Ed25519PrivateKey,
        fonts: Callable[[], ReportFonts],
        reading: Callable[[], Reading],
        seal: Seal,
        folder: Path,
        clock: Clock,
    ) -> None:
        self._database = database
        self._vault = vault
        self._announcer = announcer
        self._files = files
        self._profile = profile
        self._kinds = kinds
        self._key = key
        self._fonts = fonts
        self._reading = reading
        self._seal = seal
        self._folder = folder
        self._clock = clock

    def __call__(self, bundle: str) -> None:
        """Make one; one that is ready or refused is not made again."""
        wanted = UUID(bundle)
        with self._database.begin() as connection:
            row = bundle_of(connection, wanted)
        if row.state not in GOING_ON:
            return
        try:
            with self._database.begin() as connection:
                gathered = gather(connection, row, self._profile, masters_of(self._vault), self._kinds)
            gathered.require_heard()
        except (NotDecided, NotAllHeard, GroundMissing) as refused:
            self._ended(wanted, "refused", refused.code)
            return
        release = gathered.release
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        path = self._folder / f"{wanted}.zip"
        try:
            fonts, now = self._fonts(), self._clock.now()
            made = make_bundle(
                release, path, key=self._key, fonts=fonts, made_at=now,
                told=lambda done, of: self._far(wanted, "making", done, of),
            )  # fmt: skip
            self._far(wanted, "looking", 0, 1)
            report = look_through(release, path, made.password, reading=self._reading(), fonts=fonts)
            found = [
                {"leak": one.leak.value, "file": one.file, "place": one.place} for one in report.findings
            ]
            if found:
                self._ended(wanted, "refused", "bundle-leaks", found)
                return
            key = self._files.put(path, now)
            with UnitOfWork(self._database, self._announcer) as work:
                finish_bundle(work.connection, wanted, KeptBundle(
                    object_key=key, size=made.size, sha256=bytes.fromhex(made.sha256),
                    manifest=made.manifest.decode(), password=self._seal(made.password), at=now,
                ))  # fmt: skip
                work.announce(BundleMade(bundle=BundleId(wanted)))
        except (DomainError, OSError) as failure:
            self._ended(wanted, "failed", getattr(failure, "code", "disk"))
            raise
        finally:
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        for left in self._folder.glob("*.zip"):
            with self._database.begin() as connection:
                if not goes_on(connection, UUID(left.stem)):
                    left.unlink(missing_ok=True)

    def _far(self, bundle: UUID, state: str, done: int, steps: int) -> None:
        with self._database.begin() as connection:
            note_progress(connection, bundle, state, done, steps)

    def _ended(
        self, bundle: UUID, state: str, fault: str, findings: list[dict[str, str]] | None = None
    ) -> None:
        with self._database.begin() as connection:
            end_bundle(connection, bundle, state, fault, findings or ())
