"""What one machine has been given: its folder, OS users, embedded servers and secrets.

A server whose address stands in the settings is somebody else's; every other one is ours to set up and run.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from core.clock import SystemClock
from core.errors import DomainError
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from core.settings import Settings
from runtime.asterisk_rootfs import AsteriskProgram, find_asterisk
from runtime.asterisk_server import AsteriskServer, plan_of
from runtime.home import Home, ServiceUsers
from runtime.log_folder import LogFolder
from runtime.pbx_secrets import PbxSecrets
from runtime.plain_files import hand_over
from runtime.postgres_cluster import PostgresCluster
from runtime.postgres_passwords import DatabaseRole
from runtime.sip_certificates import SipCertificates
from telephony.asterisk.ami_client import AmiAddress
from telephony.asterisk_config.plan import AMI_PORT, AMI_USER, ami_host


class SettingMissing(DomainError):
    """足りない設定があります。docs/operations.md の「設定」を見てください。"""

    code = "setting-missing"


class Installation:
    """Everything that belongs to the service on this machine. Nothing is done before it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.users = ServiceUsers.for_this_machine()
        self.home = Home(path=settings.home.absolute(), users=self.users)

    @property
    def logs(self) -> LogFolder:
        """What our processes log."""
        return LogFolder(path=self.home.path / "log", group=self.users.service)

    def rotate_logs(self) -> None:
        """Put aside every log that has grown large, our own Asterisk's too."""
        self.logs.rotate()
        if self.asterisk is not None:
            self.logs.rotate_foreign(self.home.asterisk / "log" / "messages", "asterisk")

    @cached_property
    def profile(self) -> CityProfile:
        """The city profile.

        Raises:
            ProfileFaults: it has faults; all of them are in the error.
        """
        return load_profile(self.settings.profile)

    @cached_property
    def cluster(self) -> PostgresCluster | None:
        """The private database, or None when an address is set."""
        if self.settings.database.worker_dsn is not None:
            return None
        return PostgresCluster(
            self.home.postgres,
            self.home.keys,
            os_user=self.users.database or "unused",
            group=self.users.service,
        )

    @cached_property
    def asterisk_program(self) -> AsteriskProgram:
        """An Asterisk that can run here.

        Raises:
            AsteriskNotAvailable
        """
        return find_asterisk(self.settings.asterisk.rootfs)

    @cached_property
    def secrets(self) -> PbxSecrets:
        """Passwords of phones, practice caller and ARI."""
        return PbxSecrets(keys=self.home.keys)

    @cached_property
    def sip_certificates(self) -> SipCertificates:
        """The certificate of phones and gateways that encrypt."""
        return SipCertificates(self.home.keys, self.settings.asterisk, SystemClock())

    @cached_property
    def asterisk(self) -> AsteriskServer | None:
        """Our own Asterisk, or None when an address is set."""
        if self.settings.asterisk.ari_url is not None:
            return None
        plan = plan_of(self.settings, self.profile, self.asterisk_program, self.secrets)
        return AsteriskServer(
            plan, self.profile, self.asterisk_program,
            announcements=self.settings.profile.absolute().parent, os_user=self.users.pbx,
            certificates=self.sip_certificates,
        )  # fmt: skip

    def dsn(self, role: DatabaseRole) -> str:
        """Return the connection string of a database role: a secret.

        Raises:
            SettingMissing: some roles' addresses are given, this one's is not
        """
        given = {
            "owner": self.settings.database.owner_dsn,
            "app": self.settings.database.app_dsn,
            "worker": self.settings.database.worker_dsn,
        }[role]
        if given is not None:
            return given.get_secret_value()
        if self.cluster is None:
            raise SettingMissing(f"TSUWAROKU_DATABASE__{role.upper()}_DSN も指定してください。")
        return self.cluster.dsn(role)

    def ari_url(self) -> str:
        """Return ARI's base address."""
        return self.settings.asterisk.ari_url or f"http://127.0.0.1:{self.settings.asterisk.http_port}/ari"

    def ari_password(self) -> str:
        """Return ARI's password: a secret.

        Raises:
            SettingMissing: the server is somebody else's, and its password was not given
        """
        given = self.settings.asterisk.ari_password
        if given is not None:
            return given.get_secret_value()
        if self.settings.asterisk.ari_url is not None and not self.secrets.has_ari_password:
            raise SettingMissing("TSUWAROKU_ASTERISK__ARI_PASSWORD も指定してください。")
        return self.secrets.ari_password()

    def prompt(self, announcement: str) -> str:
        """Return the path of an announcement, without extension, as Asterisk sees it."""
        folder = self.settings.asterisk.sounds or self.home.asterisk.resolve() / "sounds"
        return str(folder / announcement)

    def ami_address(self) -> AmiAddress:
        """Return where AMI listens: on loopback of Asterisk's own machine, beside its ARI."""
        port = urlsplit(self.ari_url()).port or self.settings.asterisk.http_port
        return AmiAddress(
            host=ami_host(port), port=AMI_PORT, user=AMI_USER, password=self.secrets.ami_password()
        )

    def recordings_folder(self) -> Path:
        """Return where tracks are written, as Asterisk sees it: beside the announcements."""
        sounds = self.settings.asterisk.sounds or self.home.asterisk.resolve() / "sounds"
        return sounds.parent / "spool" / "recording"

    @property
    def has_keys(self) -> bool:
        """Say whether anything can be sealed here already: not before the first start."""
        given = self.settings.vault.key_provider != "file"
        return given or any(self.home.keys.glob("*.key"))

    def prepare(self) -> None:
        """Create folders, users, keys and servers, each only where it is missing."""
        self.home.prepare()
        if self.cluster is not None:
            self.cluster.prepare()
        if self.asterisk is not None:
            self.asterisk.prepare()

    def hand_over_keys(self) -> None:
        """Give every key file to the service's own user, readable by nobody else."""
        hand_over(self.home.keys, self.users.service)
