"""Everything the console is made of, handed over once by whoever wires the program together."""

from __future__ import annotations

from dataclasses import dataclass, field

from api.passwords import Passwords
from core.clock import Clock
from core.profile.model import CityProfile
from core.settings import ConsoleSettings, ProviderSettings
from disclosure.notices.template import Templates
from storage.bundle_files import BundleFiles
from storage.caller_numbers import CallerNumbers
from storage.database import Database
from storage.intake import Intake
from storage.unit_of_work import Announces
from storage.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleParts:
    """The console's collaborators. ``trial`` puts the badge 試験環境 on every page."""

    database: Database
    listen_dsn: str = field(repr=False)
    vault: Vault
    intake: Intake
    numbers: CallerNumbers
    announcer: Announces
    bundles: BundleFiles
    notices: Templates = field(default_factory=Templates)
    profile: CityProfile
    clock: Clock
    settings: ConsoleSettings
    sign_in_key: bytes = field(repr=False)
    webhook_key: bytes = field(repr=False)
    """From which the secrets of receivers come."""
    passwords: Passwords = field(default_factory=Passwords)
    provider: ProviderSettings = field(default_factory=ProviderSettings)
    trial: bool = False
