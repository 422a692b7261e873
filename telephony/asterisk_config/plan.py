"""Where one Asterisk lives and what it listens on; everything that does not come from the city profile.

The dialplan, the ARI client and the capture all take paths and names from here, so they cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import DomainError
from core.ids import CallId, LineId, PhoneId

_INSTANCE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")

CLAIM_MILLISECONDS = 500
"""How long a call waits for one of our processes before the dialplan serves it alone."""


class BadPbxPlan(DomainError):
    """電話交換機 (Asterisk) の設定に使えない値があります。"""

    code = "bad-pbx-plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxPlan:
    """Paths, ports and secrets of one Asterisk. Secrets do not show when the plan is printed."""

    instance: str
    home: Path
    modules: Path
    data: Path
    sip_address: str
    sip_port: int
    http_port: int
    rtp_start: int
    rtp_end: int
    ari_user: str
    ari_password: str = field(repr=False)
    phone_secrets: Mapping[PhoneId, str] = field(repr=False)
    practice_secret: str = field(repr=False)
    ami_password: str = field(default="", repr=False)
    sip_tls_port: int = 5061

    def __post_init__(self) -> None:
        if not _INSTANCE.fullmatch(self.instance):
            raise BadPbxPlan("instance には半角の英小文字・数字・ハイフンだけを使ってください。")
        if any(
            not part.isprintable() or set(part) & set(" ;,|=()${}\"'\\") for part in map(str, self._paths())
        ):
            raise BadPbxPlan("Asterisk のフォルダー名に空白や記号は使えません。別の場所を指定してください。")

    def _paths(self) -> tuple[Path, ...]:
        return (self.home, self.modules, self.data)

    @property
    def etc(self) -> Path:
        """Folder of the rendered configuration."""
        return self.home / "etc"

    @property
    def spool(self) -> Path:
        """Asterisk's spool folder."""
        return self.home / "spool"

    @property
    def recordings(self) -> Path:
        """Where tracks are written; ARI lists exactly this folder under ``/recordings/stored``."""
        return self.spool / "recording"

    @property
    def sounds(self) -> Path:
        """Folder of the announcements, one ``<announcement id>.wav`` each."""
        return self.home / "sounds"

    @property
    def hold_music(self) -> Path:
        """Folder of what held callers hear, and nothing else."""
        return self.sounds / "hold"

    @property
    def ari_url(self) -> str:
        """Base address of ARI. Loopback only, whatever address SIP listens on."""
        return f"http://127.0.0.1:{self.http_port}/ari"

    @property
    def ami_host(self) -> str:
        """Where AMI listens, on port AMI_PORT."""
        return ami_host(self.http_port)

    @property
    def application_prefix(self) -> str:
        """Start of the ARI application names that may claim calls; every process appends its own hex."""
        return f"tsuwaroku-{self.instance}-"

    def prompt(self, announcement: str) -> str:
        """Return the absolute path of an announcement without its extension, as Asterisk wants it."""
        return str(self.sounds / announcement)


AMI_PORT = 5038
AMI_USER = "tsuwaroku"


def ami_host(http_port: int) -> str:
    """Name the loopback address of AMI: one of its own per Asterisk, so that no further port can collide."""
    return f"127.83.{http_port >> 8}.{http_port & 255}"


def trunk_name(trunk: str) -> str:
    """Name the endpoint of a gateway, apart from the names of phones."""
    return f"trunk-{trunk}"


def recording_name(line: LineId | str, call: CallId | str) -> str:
    """Name what belongs to one call in the spool: its tracks are ``<name>_r`` and ``<name>_t``."""
    return f"{line}_{call}"


def call_of_file(name: str) -> CallId | None:
    """Return the call that a file in the spool is of; None: it is not named as ours are."""
    line, _, rest = name.partition("_")
    call, _, part = rest.rpartition("_")
    return CallId(call) if line and call and part in {"r", "t", "facts"} else None


def facts_name(line: LineId | str, call: CallId | str) -> str:
    """Name the stored recording that is none: the facts of a call the dialplan served alone.

    It lies beside the tracks as ``<name>.wav`` but holds one line of URL-encoded fields (`dialplan.py`), so
    that ``GET /recordings/stored/<name>/file`` reads it and ``DELETE /recordings/stored/<name>`` erases it,
    from any machine. AstDB would be the usual place, but ARI's ``GET /asterisk/variable`` evaluates no
    function (measured on 22.10.1: 200 with an empty value), and to ask on a channel one needs a channel.
    """
    return f"{recording_name(line, call)}_facts"
