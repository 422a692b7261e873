"""Writes the whole Asterisk configuration of a city to a folder, for a city that runs its own server.

It is the very configuration our own Asterisk uses; only the paths are those of the city's machine.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from core.clock import SystemClock
from core.errors import DomainError
from core.profile.loading import load_profile
from core.settings import Settings
from runtime.asterisk_rootfs import AsteriskProgram
from runtime.asterisk_server import plan_of
from runtime.pbx_secrets import PbxSecrets
from runtime.sip_certificates import SipCertificates
from telephony.asterisk_config.render import render_configuration
from telephony.asterisk_config.sip_security import (
    CERTIFICATE,
    KEY,
    authority_file,
    tls_trunks,
    uses_tls,
)
from telephony.sound.hold_melody import melody

CITY_HOME = Path("/var/lib/tsuwaroku")
"""Where the folder goes on the city's machine; Asterisk finds everything below ``asterisk/`` there."""

_DEBIAN = AsteriskProgram(
    argv=("/usr/sbin/asterisk",),
    modules=Path("/usr/lib/x86_64-linux-gnu/asterisk/modules"),
    data=Path("/usr/share/asterisk"),
    version=(22, 7),
)

_README = """\
# Asterisk の設定（{city}）

市がお持ちの Asterisk（22.7 以降）で通話録を使うための、設定一式です。市の設定ファイルから作りました。
手で直さず、市の設定ファイルを直して `tsuwaroku asterisk-config` をもう一度実行してください。

## 入れ方（Asterisk の機械で、管理者として）

1. このフォルダーを `{home}` として置きます。
   `cp -r asterisk {home} && chown -R asterisk:asterisk {home} && chmod -R o-rwx {home}`
2. モジュールの場所を確かめます。Debian（x86_64）以外では `etc/asterisk.conf` の `astmoddir` と
   `astdatadir` を、その機械の場所に直してください。
3. 起動します。 `asterisk -f -C {home}/etc/asterisk.conf`
   実時間優先度で動かすとき（お勧めします）は、前に `chrt --rr 20` を付けます。
4. 通話録の側に、次の四つを設定します。
   `TSUWAROKU_ASTERISK__ARI_URL=http://127.0.0.1:{http_port}/ari`
   `TSUWAROKU_ASTERISK__ARI_USER={ari_user}`
   `TSUWAROKU_ASTERISK__ARI_PASSWORD=`（`etc/ari.conf` の password）
   `TSUWAROKU_ASTERISK__SOUNDS={home}/sounds`（Asterisk の機械から見た場所。違うとお知らせが流れません）

## 気を付けること

- **このフォルダーには電話機と ARI の暗証、証明書の秘密鍵が入っています。** 置いたあと、写しは消してください。
- ARI は 127.0.0.1 だけで待ち受けます。通話録が別の機械にあるときは、暗号化された通り道
  （WireGuard、SSH など）を使ってください。ARI をそのまま市のネットワークに出さないでください。
- 録音は `{home}/spool/recording` にいったん平文で置かれ、通話録が取り込んで確かめたあと消します。
  暗号化されたディスクに置いてください。2 分を超えて残る録音があれば、通話録の側が止まっています。
- 通話録が止まっていても、電話は Asterisk だけで、案内・録音・呼び出しまで続きます。
- 外線（trunk）は IP アドレスで確かめます。こちらから登録（REGISTER）する種類の回線は、
  ゲートウェイを通してください。
"""


class FolderNotEmpty(DomainError):
    """書き出す先のフォルダーが空ではありません。新しいフォルダーを指定してください。"""

    code = "folder-not-empty"
    http_status = 409


def render_for_city(settings: Settings, out: Path) -> None:
    """Write configuration, announcements and a README to an empty folder; secrets for its owner's eyes only.

    Raises:
        ProfileFaults: the city profile has faults.
        BadPbxPlan: something in it cannot be said to Asterisk.
        FolderNotEmpty: there is something in the folder already.
    """
    profile = load_profile(settings.profile)
    if out.exists() and any(out.iterdir()):
        raise FolderNotEmpty
    secrets = PbxSecrets(keys=settings.home / "keys")
    there = settings.model_copy(update={"home": CITY_HOME})
    plan = plan_of(there, profile, _DEBIAN, secrets)
    for name, text in render_configuration(profile, plan).items():
        _write(out / "asterisk/etc" / name, text)
    if uses_tls(profile):
        ours = SipCertificates(settings.home / "keys", settings.asterisk, SystemClock()).ready()
        _write(out / "asterisk/etc" / CERTIFICATE, ours.certificate.decode("ascii"))
        _write(out / "asterisk/etc" / KEY, ours.key.decode("ascii"))
    for trunk in tls_trunks(profile):
        authority = (settings.profile.parent / trunk.authority).read_text(encoding="ascii")
        _write(out / "asterisk/etc" / authority_file(trunk), authority)
    for folder in (
        "run",
        "log",
        "spool/recording",
        "spool/tmp",
        "db",
        "lib",
        "keys",
        "cache",
        "agi",
        "sounds",
    ):
        (out / "asterisk" / folder).mkdir(parents=True, exist_ok=True)
    for announcement in profile.announcements:
        shutil.copyfile(
            settings.profile.parent / announcement.file, out / "asterisk/sounds" / f"{announcement.id}.wav"
        )
    # What held callers hear; without it they would wait in silence.
    (out / "asterisk/sounds/hold").mkdir()
    (out / "asterisk/sounds/hold/hold.wav").write_bytes(melody())
    readme = _README.format(
        city=profile.name, home=plan.home, http_port=plan.http_port, ari_user=plan.ari_user
    )
    _write(out / "README.md", readme)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(text)
