"""Settings: one frozen group per concern, read once in runtime/wiring.py. Without keys nothing starts.

Every value can be given in the environment (``TSUWAROKU_…``, groups joined by ``__``); docs/operations.md
has a line for each, and a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PortNumber = Annotated[int, Field(ge=1, le=65535)]


class Group(BaseModel):
    """Settings of one concern."""

    # A misspelt name is said at the start (runtime/environment.py) and refuses nothing.
    model_config = ConfigDict(frozen=True, extra="ignore")


class DatabaseSettings(Group):
    """PostgreSQL. Without addresses the program runs its own private cluster under ``home/postgres``."""

    owner_dsn: SecretStr | None = Field(
        default=None, description="role that owns the tables; migrations only"
    )
    app_dsn: SecretStr | None = Field(
        default=None, description="role of the console, under row-level security"
    )
    worker_dsn: SecretStr | None = Field(default=None, description="role of telephony and worker processes")


class AsteriskSettings(Group):
    """Asterisk. Without an address the program runs its own."""

    ari_url: str | None = Field(default=None, description="http://host:port/ari of the city's own Asterisk")
    ari_user: str = "tsuwaroku"
    ari_password: SecretStr | None = None
    sip_address: str = Field(default="127.0.0.1", description="address the own Asterisk listens on for SIP")
    sip_port: PortNumber = 5060
    sip_tls_port: PortNumber = Field(
        default=5061, description="for phones with TLS; gateways with TLS get the ports after it"
    )
    sip_certificate: Path | None = Field(default=None, description="PEM; default: made at the first start")
    sip_certificate_key: Path | None = None
    http_port: PortNumber = 8088
    rtp_start: PortNumber = 20000
    rtp_end: PortNumber = Field(default=29999, description="four ports for each call: 2500 calls at once")
    rootfs: Path | None = Field(
        default=None, description="folder of the Debian root file system with Asterisk"
    )
    sounds: Path | None = Field(
        default=None, description="announcements, as the city's own Asterisk sees them"
    )


class TelephonySettings(Group):
    """The processes that lead calls."""

    processes: int = Field(
        default=2, ge=1, le=9, description="at once on one Asterisk: one leads on what another one loses"
    )


class VaultSettings(Group):
    """Where sealed objects lie and how their keys are wrapped."""

    objects_url: str | None = Field(default=None, description="file:///… or s3://…; default home/vault")
    key_provider: Literal["file", "environment", "pkcs11"] = "file"
    key_encryption_key: SecretStr | None = Field(
        default=None, description="base64, for the provider environment"
    )
    former_key: SecretStr | None = Field(
        default=None, description="its value before, until everything is rewrapped"
    )
    numbers_key: SecretStr | None = Field(
        default=None, description="its first value, which the keys of caller numbers are derived from"
    )
    hsm_module: Path | None = Field(default=None, description="the library of the device's maker")
    hsm_token: str | None = Field(default=None, description="label of the token with the keys")
    hsm_pin: SecretStr | None = None


class AuditSettings(Group):
    """Where signed heads of the access log go: away from this machine."""

    heads_url: str | None = Field(
        default=None, description="file:///… or s3://…; default home/heads, which is this machine"
    )
    heads_minutes: int = Field(default=5, ge=1, le=60, description="how often, while somebody knocks")


class SpeechSettings(Group):
    """Speech recognition."""

    model_dir: Path | None = Field(default=None, description="a faster-whisper model folder; default: base")
    device: str = "cpu"
    compute_type: str = "int8"
    workers: int | None = Field(
        default=None, ge=1, description="recognitions at the same time; default: as cores and memory allow"
    )
    memory_mb: int | None = Field(
        default=None, ge=200, description="what one recognition may hold; default: by the model's size"
    )


class LiveTextSettings(Group):
    """The words of calls that go on."""

    port: PortNumber = Field(
        default=9092, description="on loopback: Asterisk brings the sound of watched calls there"
    )


class ConsoleSettings(Group):
    """The web console."""

    host: str = "127.0.0.1"
    port: PortNumber = 8443
    certificate: Path | None = Field(default=None, description="PEM; default: made at the first start")
    certificate_key: Path | None = None
    metrics_token: SecretStr | None = Field(
        default=None, description="whoever reads /metrics shows it; without one only this machine may"
    )
    idle_minutes: int = Field(default=30, ge=1)
    absolute_hours: int = Field(default=12, ge=1)


class ProviderSettings(Group):
    """The city's own sign-in provider (OpenID Connect). Without an issuer there are local accounts alone."""

    issuer: str | None = Field(default=None, description="exactly as the provider says it in its tokens")
    client_id: str | None = None
    client_secret: SecretStr | None = None
    address: str | None = Field(
        default=None, description="https://… of this console, as browsers know it; people come back there"
    )
    name: str = Field(default="市の共通ログイン", description="what the button says")
    groups_claim: str = Field(default="groups", description="where the ID token names a person's groups")

    @model_validator(mode="after")
    def _is_whole(self) -> ProviderSettings:
        if self.issuer and not (self.client_id and self.address):
            raise ValueError("CLIENT_ID と ADDRESS も要ります")
        return self


class WatchSettings(Group):
    """When people are told of trouble. No limit here refuses a call."""

    disk_low_percent: float = Field(default=10.0, gt=0, lt=100)
    disk_urgent_percent: float = Field(default=3.0, gt=0, lt=100)
    calls_at_once: int = Field(
        default=200, ge=1, description="measured ceiling of this machine (two cores: 200)"
    )


class Settings(BaseSettings):
    """Everything that can be set from outside."""

    model_config = SettingsConfigDict(
        env_prefix="TSUWAROKU_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    home: Path = Field(default=Path("var"), description="folder for keys, database, objects, journal")
    profile: Path = Field(default=Path("profiles/sakura.yaml"), description="the city profile")
    instance: str = Field(default="city", description="Asterisk's system name; part of every call's id")
    database: DatabaseSettings = DatabaseSettings()
    asterisk: AsteriskSettings = AsteriskSettings()
    telephony: TelephonySettings = TelephonySettings()
    vault: VaultSettings = VaultSettings()
    audit: AuditSettings = AuditSettings()
    speech: SpeechSettings = SpeechSettings()
    live_text: LiveTextSettings = LiveTextSettings()
    console: ConsoleSettings = ConsoleSettings()
    provider: ProviderSettings = ProviderSettings()
    watch: WatchSettings = WatchSettings()
