"""Live text as a process: time that nobody else wants, one thread for recognition, no key."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from core.clock import SystemClock
from core.logs import get_log
from core.settings import Settings
from incidents.raising.live_danger import LiveDanger
from runtime.installation import Installation
from runtime.speech import memory_bytes
from storage.database import Database
from storage.live_streams import LiveStreams
from storage.live_text import LiveLines
from transcription.live.ear import WhisperEar
from transcription.live.listening import LiveListening
from transcription.live.service import LiveTextService
from transcription.model_files import ModelFiles
from transcription.process_limits import ProcessLimits

log = get_log()


def run_live_text(settings: Settings) -> None:
    """Make words of watched calls until asked to stop."""
    speech = settings.speech
    ProcessLimits(memory_bytes=memory_bytes(speech), wall=speech.device == "cpu").take()
    installation = Installation(settings)
    database = Database(installation.dsn("worker"), connections=2)
    lines = LiveLines(database)
    ear = WhisperEar(
        ModelFiles(installation.home.models, model_dir=speech.model_dir),
        device=speech.device,
        compute_type=speech.compute_type,
    )
    watched = LiveDanger(lines, database=database, profile=installation.profile, clock=SystemClock())
    listening = LiveListening(ear, watched, SystemClock())
    service = LiveTextService(LiveStreams(database), lines, listening, settings.live_text.port)
    try:
        asyncio.run(_serve(service))
    except OSError:
        # Nobody's call waits for this: the supervisor tries again until the port is free.
        log.exception("live_text.port_taken", port=settings.live_text.port)
        raise SystemExit(1) from None


async def _serve(service: LiveTextService) -> None:
    serving = asyncio.ensure_future(service.serve())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving
