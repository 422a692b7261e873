"""Builds the shared parts from Settings, and says who reacts to which fact."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr
from sqlalchemy import Connection, text

from core.clock import Clock, SystemClock
from core.facts import (
    BundleMade,
    BundleWanted,
    CallEnded,
    CallFlagged,
    ComparisonWanted,
    CorrectionMade,
    Fact,
    FileArrived,
    FindingFell,
    IncidentOpened,
    RecordingPromoted,
    RecordingSealed,
    TranscriptionWanted,
    TranscriptSaved,
    VoiceMeasured,
)
from core.ids import RecordingId
from core.profile.model import CityProfile
from core.settings import Settings
from runtime.installation import Installation, SettingMissing
from storage.access_heads import signing_key
from storage.backup.place import BackupPlace
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.destruction_list import Destroyed, kept_in
from storage.intake import Intake
from storage.jobs import Announcer
from storage.key_files import keys_from_files
from storage.key_hardware import keys_in_hardware
from storage.keys import KeyProvider, KeysAway, keys_from_environment
from storage.objects import ObjectStore
from storage.signed_note import note_key
from storage.vault import Vault
from storage.vault_verify import VaultVerifier
from transcription.need import need_of

REACTIONS: Mapping[type[Fact], Sequence[str]] = {
    CallEnded: ("capture_recording",),  # telephony -> vault
    IncidentOpened: ("promote_recording",),  # a case -> the period of cases
    FileArrived: ("import_recording",),  # a recorder's file -> vault
    FindingFell: (),  # a finding that was withdrawn; its alerts fell in the same transaction
    CallFlagged: ("promote_recording",),  # the flag key -> the long period
    RecordingPromoted: ("measure_voice", "transcribe_recording"),  # the long period -> figures and words
    RecordingSealed: (  # vault -> ears, figures and words
        "derive_listening_copy",
        "measure_voice",
        "transcribe_recording",
    ),
    TranscriptionWanted: ("transcribe_recording",),  # a supervisor's wish -> words
    CorrectionMade: ("make_corrections",),  # a person's words -> a revision of their own
    ComparisonWanted: ("compare_recordings",),  # a person's wish -> the list of what was not recorded
    TranscriptSaved: ("read_signals",),  # words -> signals
    BundleWanted: ("make_bundle",),  # a request's passages -> what the requester receives
    BundleMade: ("hear_bundle",),  # what is finished -> heard once more before it may leave
    VoiceMeasured: ("read_signals",),  # how loud, who spoke when -> signals, if there are words
}
QUEUES: Mapping[str, str] = {
    "capture_recording": "capture",
    "promote_recording": "capture",
    "compare_recordings": "capture",
    "read_signals": "derive",
    "import_recording": "derive",
    "make_bundle": "derive",
    "hear_bundle": "transcribe",
    "make_corrections": "capture",  # with the quick ones: somebody waits to see it
    "derive_listening_copy": "derive",
    "measure_voice": "derive",
    "transcribe_recording": "transcribe",
}

NEEDS: Mapping[str, Callable[[Connection, Fact], int]] = {
    "transcribe_recording": lambda connection, fact: need_of(connection, _recording_of(fact)),
}
"""Jobs that do not come in their order: flagged calls first."""

_SEALED = text(
    "SELECT EXISTS (SELECT 1 FROM recording_keys)"
    " OR EXISTS (SELECT 1 FROM calls WHERE caller_sealed IS NOT NULL)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every process of ours needs, under one database role."""

    installation: Installation
    database: Database
    announcer: Announcer
    keys: KeyProvider = field(repr=False)
    objects: ObjectStore
    vault: Vault
    clock: Clock

    @property
    def profile(self) -> CityProfile:
        """The city profile."""
        return self.installation.profile

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.installation.settings

    @property
    def intake(self) -> Intake:
        """Takes files from outside in."""
        return Intake(self.objects, self.keys, 1.5 * self.settings.watch.disk_low_percent / 100)

    @property
    def verifier(self) -> VaultVerifier:
        """Checks the whole vault and the access log."""
        return VaultVerifier(database=self.database, objects=self.objects, keys=self.keys, clock=self.clock)

    @property
    def sign_in_key(self) -> bytes:
        """A key for the hashes of names that were tried at sign-in, derived so that it needs no file."""
        return hmac.digest(self.keys.secret("number-hash"), b"sign-in attempts", hashlib.sha256)

    @property
    def webhook_key(self) -> bytes:
        """From which the secrets of receivers come, derived in the same way."""
        return hmac.digest(self.keys.secret("number-hash"), b"webhooks", hashlib.sha256)

    @property
    def head_key(self) -> Ed25519PrivateKey:
        """What signs heads of the access log."""
        return signing_key(self.keys)

    def heads(self, elsewhere: str | None = None) -> ObjectStore:
        """Open where heads of the access log go, or where people say that some are kept.

        Raises:
            ObjectStoreShut: the folder cannot be made
        """
        here = self.settings.audit.heads_url or self.installation.home.heads.as_uri()
        return ObjectStore.at(elsewhere or here)

    @property
    def numbers(self) -> CallerNumbers:
        """Seals and opens caller numbers."""
        return CallerNumbers(self.keys)


def _recording_of(fact: Fact) -> RecordingId:
    if not isinstance(fact, RecordingSealed | RecordingPromoted | TranscriptionWanted):
        raise TypeError(type(fact).__name__)
    return fact.recording


def create_keys(installation: Installation) -> None:
    """See that the keys are there; create them where they are files and nothing was sealed yet.

    Raises:
        KeysMissing: something was sealed under keys that are gone: a lost key is never replaced silently.
            Or the settings promise a key and hold none.
        KeysUnusable: what is there is no key, or others can read it, or the device refuses its PIN.
        KeysAway: the device does not answer, and nothing was sealed yet. Later the service starts without
            it, and what needs a key is tried again: a device must not cost a citizen the call.
        SettingMissing: of the device something is not set.
    """
    fresh = installation.settings.vault.key_provider != "environment" and not _something_is_sealed(
        installation
    )
    try:
        _keys(installation, create=fresh)
    except KeysAway:
        if fresh:
            raise


def _something_is_sealed(installation: Installation) -> bool:
    database = Database(installation.dsn("worker"), connections=1)
    try:
        with database.begin() as connection:
            return bool(connection.execute(_SEALED).scalar_one())
    finally:
        database.close()


def _keys(installation: Installation, *, create: bool = False) -> KeyProvider:
    vault = installation.settings.vault
    if vault.key_provider == "environment":
        return keys_from_environment(
            _told(vault.key_encryption_key), _told(vault.former_key), _told(vault.numbers_key)
        )
    if vault.key_provider == "pkcs11":
        pin = _told(vault.hsm_pin)
        if vault.hsm_module is None or vault.hsm_token is None or pin is None:
            raise SettingMissing("TSUWAROKU_VAULT__HSM_MODULE、…_TOKEN、…_PIN を指定してください。")
        return keys_in_hardware(vault.hsm_module, vault.hsm_token, pin, create=create)
    return keys_from_files(installation.home.keys, create=create)


def keys_of(installation: Installation) -> KeyProvider:
    """Open the keys of a machine whose database is not there yet.

    Raises:
        KeysMissing, KeysUnusable, KeysAway, SettingMissing
    """
    return _keys(installation)


def destructions_kept_at(url: str, installation: Installation) -> list[Destroyed]:
    """Read the lists of destructions that were sent away.

    Raises:
        NoteNotOurs, ObjectStoreFailed, KeysMissing, KeysUnusable, KeysAway
    """
    return kept_in(ObjectStore.at(url), note_key(_keys(installation)).public_key())


def backup_place(url: str) -> BackupPlace:
    """Open where backups lie.

    Raises:
        ObjectStoreShut: the folder cannot be made
    """
    return BackupPlace(ObjectStore.at(url))


def _told(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _parts(installation: Installation, dsn: str) -> Parts:
    clock = SystemClock()
    keys = _keys(installation)
    database = Database(dsn)
    url = installation.settings.vault.objects_url or installation.home.vault.as_uri()
    objects = ObjectStore.at(url)
    return Parts(
        installation=installation,
        database=database,
        announcer=Announcer(REACTIONS, QUEUES, NEEDS),
        keys=keys,
        objects=objects,
        vault=Vault(
            database=database,
            objects=objects,
            keys=keys,
            clock=clock,
            terms=installation.profile.access_terms,
        ),
        clock=clock,
    )


def worker_parts(installation: Installation) -> Parts:
    """Return the parts of a process without a person behind it."""
    return _parts(installation, installation.dsn("worker"))


def console_parts(installation: Installation) -> Parts:
    """Return the parts of the console, which sees what the signed-in person may see."""
    return _parts(installation, installation.dsn("app"))
