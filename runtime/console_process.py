"""The console as a process: HTTPS until somebody asks it to stop. It waits for its port while calls go on."""

from __future__ import annotations

import time

from api.app import create_app
from api.certificate import given_certificate, own_certificate
from api.parts import ConsoleParts
from api.server import console_server
from core.logs import get_log
from core.settings import Settings
from disclosure.notices.template import Templates
from runtime.installation import Installation
from runtime.ports import Port, console_port
from runtime.wiring import console_parts
from storage.bundle_files import BundleFiles

log = get_log()

LOOK_SECONDS = 1.0
"""How often a console without its port looks whether it is free."""


def run_api(settings: Settings) -> None:
    """Run the console until it is asked to stop."""
    _wait_for(console_port(settings))
    installation = Installation(settings)
    parts = console_parts(installation)
    console, file = settings.console, settings.profile.absolute()
    certificate = given_certificate(console.certificate, console.certificate_key) or own_certificate(
        installation.home.console, parts.clock, (console.host,)
    )
    app = create_app(
        ConsoleParts(
            database=parts.database,
            listen_dsn=installation.dsn("app"),
            vault=parts.vault,
            intake=parts.intake,
            numbers=parts.numbers,
            announcer=parts.announcer,
            bundles=BundleFiles(parts.objects),
            notices=Templates(file.with_name(f"{file.stem}-notices")),
            profile=parts.profile,
            clock=parts.clock,
            settings=console,
            sign_in_key=parts.sign_in_key,
            webhook_key=parts.webhook_key,
            provider=settings.provider,
        )
    )
    console_server(app, certificate, host=console.host, port=console.port).run()


def _wait_for(port: Port) -> None:
    """Wait until nobody else listens there; starting again and again would take a core from the calls."""
    told = False
    while not port.is_free():
        if not told:
            log.warning("console.port-taken", port=port.number)
            told = True
        time.sleep(LOOK_SECONDS)
