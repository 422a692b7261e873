"""Telephony as a process: leads calls, and copies their journal into the database."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable

from core.ids import LineId
from core.profile.model import CityProfile
from core.settings import Settings
from runtime.installation import Installation
from runtime.lease_place import find_place
from runtime.readiness import stand_ready
from runtime.real_time import follow_first, stay_harmless
from runtime.watch_telephony import EVERY_SECONDS, telephony_watch
from runtime.wiring import worker_parts
from storage.help_ringing import HelpRinging
from storage.live_streams import LiveStreams
from telephony.asterisk.ami_client import AmiClient
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_events import application_prefix, new_application_name
from telephony.asterisk.event_lag import EventLag
from telephony.asterisk.outside_lines import OutsideLines
from telephony.asterisk.recording_phones import RecordingPhones
from telephony.asterisk.targets import Targets
from telephony.call.call import plan_of
from telephony.call.events import LinePlan
from telephony.help.help_calls import HelpCalls
from telephony.help.help_outage import HelpOutage
from telephony.journal.journal import CallJournal
from telephony.journal.journal_copy import JournalCopy
from telephony.leading.heartbeat import Heartbeat
from telephony.leading.order_reader import OrderReader
from telephony.leading.overheard_writing import OverheardWriter
from telephony.leading.resting_phones import RestingPhones
from telephony.leading.service import TelephonyService
from telephony.live.live_calls import LiveCalls
from telephony.sound.prompts import Prompts


def run_telephony(settings: Settings, number: int) -> None:
    """Lead calls until asked to stop.

    Args:
        settings: from the environment
        number: which of the processes this is that share one Asterisk; its heartbeat bears it
    """
    installation = Installation(settings)
    parts = worker_parts(installation)
    app = new_application_name(settings.instance)
    root = installation.home.journal
    copier = JournalCopy(parts.database, parts.announcer, root, parts.clock)
    lag = EventLag()
    watch = telephony_watch(parts.database, parts.clock, lag, lambda: copier.behind_seconds)
    codes = (parts.profile.mark_code, parts.profile.help_code)
    overheard = OverheardWriter(parts.database, parts.announcer, *codes)
    resting = RestingPhones.of(parts.database, parts.profile.care.others_first_seconds)
    service = TelephonyService(
        address=AriAddress(
            url=installation.ari_url(), user=settings.asterisk.ari_user, password=installation.ari_password()
        ),
        app=app,
        prefix=application_prefix(settings.instance),
        journal=CallJournal(root, app, hurry=follow_first),
        copier=copier,
        clock=parts.clock,
        leases=find_place(installation.home.run),
        heartbeat=Heartbeat(installation.home.run / f"telephony-{number}.beat"),
        plan_of_line=_plan_of_line(
            parts.profile, Prompts(parts.profile, settings.profile.absolute().parent), resting
        ),
        prompt=installation.prompt,
        seal=parts.numbers.seal,
        recorder=lambda client: RecordingPhones(
            client, AmiClient(installation.ami_address()), installation.recordings_folder(), parts.clock
        ),
        orders=OrderReader(parts.database, installation.dsn("worker"), parts.clock),
        event_lag=lag,
        help_calls=lambda client, calls: HelpCalls(
            HelpOutage(HelpRinging(parts.database), calls, parts.clock),
            parts.profile,
            client,
            parts.clock,
            installation.prompt,
        ),
        live_calls=lambda client, calls: LiveCalls(
            LiveStreams(parts.database),
            parts.profile,
            client,
            calls,
            f"127.0.0.1:{settings.live_text.port}",
        ),
        targets=Targets(parts.profile, parts.numbers.seal),
        outside=OutsideLines(parts.profile, parts.numbers.open),
        codes=codes,
        on_code=overheard.take,
    )
    watching = (threading.Event(), EVERY_SECONDS)
    threading.Thread(target=watch.run, args=watching, name="watch", daemon=True).start()
    threading.Thread(target=overheard.run, name="overheard", daemon=True).start()
    threading.Thread(target=resting.run, args=watching[:1], name="resting", daemon=True).start()
    stand_ready()
    stay_harmless()
    asyncio.run(_serve(service))


async def _serve(service: TelephonyService) -> None:
    serving = asyncio.ensure_future(service.serve())
    leaving = set[asyncio.Task[None]]()

    async def leave() -> None:
        try:
            await service.hand_over()
        finally:
            serving.cancel()

    def asked_to_leave() -> None:
        if not leaving:
            leaving.add(asyncio.create_task(leave()))

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_leave)
    try:
        await serving
    except asyncio.CancelledError:
        return


def _plan_of_line(
    profile: CityProfile, prompts: Prompts, resting: RestingPhones
) -> Callable[[LineId], LinePlan | None]:
    # Made before anybody calls: who waits for the answer would wait for it.
    plans = {line.id: plan_of(profile, line, prompts.seconds) for line in profile.lines}

    def plan(line: LineId) -> LinePlan | None:
        known = plans.get(line)
        return None if known is None else resting.plan(known)

    return plan
