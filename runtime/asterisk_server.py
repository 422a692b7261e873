"""Runs an Asterisk of our own: renders its configuration, starts it, knows when it is ready, stops it.

It runs in the foreground as an OS user of its own, on loopback unless a SIP address is set, and before
everybody else where the machine allows: a starved Asterisk tears recordings apart by seconds.
"""

from __future__ import annotations

import base64
import http.client
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import DomainError
from core.ids import PhoneId
from core.profile.model import CityProfile
from core.settings import Settings
from runtime.asterisk_folders import AsteriskFolders
from runtime.asterisk_rootfs import AsteriskProgram
from runtime.niceness import ASTERISK_NICE, set_niceness
from runtime.pbx_secrets import PbxSecrets
from runtime.sip_certificates import SipCertificates
from telephony.asterisk_config.plan import PbxPlan
from telephony.asterisk_config.render import render_configuration
from telephony.asterisk_config.sip import render_sip
from telephony.asterisk_config.sip_security import (
    CERTIFICATE,
    KEY,
    authority_file,
    digest_of,
    tls_trunks,
    uses_tls,
)
from telephony.sound.hold_melody import melody

_LOOK_EVERY = 0.02  # seconds
_STOP_SECONDS = 5.0


class AsteriskDidNotStart(DomainError):
    """電話交換機 (Asterisk) が起動しませんでした。var/asterisk/log/messages を見てください。"""

    code = "asterisk-did-not-start"
    http_status = 503


class AnnouncementMissing(DomainError):
    """音声ファイルがない案内があります。"""

    code = "announcement-missing"
    http_status = 503


class AuthorityMissing(DomainError):
    """認証局の証明書がない回線があります。"""

    code = "authority-missing"
    http_status = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCommand:
    """How to start the server. The command changes user by itself, so start it as you are."""

    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict[str, str])


def plan_of(
    settings: Settings, profile: CityProfile, program: AsteriskProgram, secrets: PbxSecrets
) -> PbxPlan:
    """Put settings, program and secrets together. Secrets that do not exist yet are made."""
    asterisk = settings.asterisk
    return PbxPlan(
        instance=settings.instance,
        home=(settings.home / "asterisk").resolve(),
        modules=program.modules,
        data=program.data,
        sip_address=asterisk.sip_address,
        sip_port=asterisk.sip_port,
        sip_tls_port=asterisk.sip_tls_port,
        http_port=asterisk.http_port,
        rtp_start=asterisk.rtp_start,
        rtp_end=asterisk.rtp_end,
        ari_user=asterisk.ari_user,
        ari_password=asterisk.ari_password.get_secret_value()
        if asterisk.ari_password
        else secrets.ari_password(),
        phone_secrets=secrets.phone_digests((phone.id for phone in profile.phones), practice_phones(profile)),
        practice_secret=_practice_digest(profile, secrets),
        ami_password=secrets.ami_password(),
    )


def practice_phones(profile: CityProfile) -> frozenset[PhoneId]:
    """Return the phones that our own practice calls may sign in as."""
    return frozenset(phone for line in profile.lines if line.practice for phone in line.phones)


def _practice_digest(profile: CityProfile, secrets: PbxSecrets) -> str:
    caller = next((one.id for one in profile.trunks if one.practice), "")
    return digest_of(caller, secrets.practice_password())


class AsteriskServer:
    """One Asterisk. ``announcements`` is the folder that the profile's sound files are relative to."""

    def __init__(  # noqa: PLR0913  collaborators come in by name
        self,
        plan: PbxPlan,
        profile: CityProfile,
        program: AsteriskProgram,
        *,
        announcements: Path,
        os_user: str | None = None,
        certificates: SipCertificates | None = None,
    ) -> None:
        self.plan = plan
        self.profile = profile
        self.program = program
        self._announcements = announcements
        self._os_user = os_user
        self._folders = AsteriskFolders(plan.home, os_user)
        self._certificates = certificates
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Write the configuration and the announcements, and give the folders to the server's user.

        Safe to run again; recordings and the call database stay.

        Raises:
            BadPbxPlan: the profile holds something Asterisk cannot be told.
            AnnouncementMissing: an announcement has no sound file.
            FolderOutOfReach: the server's user cannot enter its own folder.
        """
        texts = render_configuration(self.profile, self.plan)
        self._folders.prepare()
        for name, text in texts.items():
            self._folders.write(self.plan.etc / name, text.encode())
        for announcement in self.profile.announcements:
            source = self._announcements / announcement.file
            if not source.is_file():
                raise AnnouncementMissing(
                    f"案内「{announcement.id}」の音声ファイル {announcement.file} がありません。"
                )
            self._folders.write(self.plan.sounds / f"{announcement.id}.wav", source.read_bytes())
        self._folders.write(self.plan.hold_music / "hold.wav", melody())
        self._write_certificates()
        self._drop_lonely_markers()
        self._folders.require_reach(self.plan.etc / "asterisk.conf")

    def command(self) -> ServerCommand:
        """Return the command for a supervisor, who then gives it `ASTERISK_NICE`: foreground, own user."""
        argv = [*self.program.argv, "-f", "-C", str(self.plan.etc / "asterisk.conf")]
        if self._os_user is not None:
            argv = [
                "setpriv",
                f"--reuid={self._os_user}",
                f"--regid={self._os_user}",
                "--clear-groups",
                "--no-new-privs",
                "--",
                *argv,
            ]
        return ServerCommand(argv=tuple(argv), environment=dict(self.program.environment))

    def is_ready(self) -> bool:
        """Say whether ARI answers and every module is loaded."""
        return self._asked("GET", "/ari/applications") == http.client.OK

    def _asked(self, method: str, path: str) -> int:
        """Ask Asterisk something and return the answer's status; 0 when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plan.http_port, timeout=1)
        told = base64.b64encode(f"{self.plan.ari_user}:{self.plan.ari_password}".encode()).decode()
        try:
            connection.request(method, path, headers={"Authorization": f"Basic {told}"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_until_ready(self, seconds: float = 20.0) -> None:
        """Wait until calls can be taken.

        Raises:
            AsteriskDidNotStart: it ended, or it was not ready in time.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_ready():
                return
            if self.process is not None and self.process.poll() is not None:
                break
            time.sleep(_LOOK_EVERY)
        raise AsteriskDidNotStart

    def start(self) -> None:
        """Start it as a child of this process and wait until it is ready. `prepare` comes first."""
        command = self.command()
        self.process = subprocess.Popen(
            command.argv,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        with suppress(PermissionError):
            set_niceness(self.process.pid, ASTERISK_NICE)
        self.wait_until_ready()

    def stop(self) -> None:
        """Ask it to end; insist when its time is up."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def renew_phones(self) -> bool:
        """Tell Asterisk of renewed passwords while calls go on; False when it does not run.

        Raises:
            BadPbxPlan: the profile holds something Asterisk cannot be told.
        """
        self._folders.write(self.plan.etc / "pjsip.conf", render_sip(self.profile, self.plan).encode())
        return self._asked("PUT", "/ari/asterisk/modules/res_pjsip.so") == http.client.NO_CONTENT

    def _write_certificates(self) -> None:
        """Lay the server's certificate and the gateways' authorities where Asterisk reads them."""
        if self._certificates is None or not uses_tls(self.profile):
            return
        ours = self._certificates.ready()
        self._folders.write(self.plan.etc / CERTIFICATE, ours.certificate)
        self._folders.write(self.plan.etc / KEY, ours.key)
        for trunk in tls_trunks(self.profile):
            source = self._announcements / trunk.authority
            if not source.is_file():
                raise AuthorityMissing(f"回線「{trunk.id}」の認証局の証明書 {trunk.authority} がありません。")
            self._folders.write(self.plan.etc / authority_file(trunk), source.read_bytes())

    def _drop_lonely_markers(self) -> None:
        """Remove the end markers that earlier versions left beside recordings that are in the vault."""
        recordings = self.plan.recordings
        for marker in recordings.glob("*.done"):
            if not any((recordings / f"{marker.stem}_{side}.wav").exists() for side in "rt"):
                marker.unlink(missing_ok=True)
