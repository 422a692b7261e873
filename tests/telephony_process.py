"""The telephony process as tests start, freeze and kill it: the real service, an invented town, no database.

Run with one JSON object on standard input; prints one line for every change of a call.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from core.clock import SystemClock
from core.ids import CallId, LineId, PhoneId
from core.logs import start_logging
from core.profile.model import CityProfile
from storage.care import AtRest
from storage.database import DatabaseAway
from storage.help_ringing import WaitingHelp
from telephony.asterisk.ami_client import AmiAddress, AmiClient
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_events import application_prefix, new_application_name
from telephony.asterisk.outside_lines import OutsideLines
from telephony.asterisk.recording_phones import RecordingPhones
from telephony.asterisk.targets import Targets
from telephony.asterisk_config.plan import AMI_PORT, AMI_USER
from telephony.call.call import plan_of
from telephony.call.events import LinePlan, Ordered, TroubleSeen
from telephony.help.help_calls import HelpCalls
from telephony.help.help_outage import HelpOutage
from telephony.journal.journal import CallJournal, JournalUnwritable
from telephony.leading.heartbeat import Heartbeat
from telephony.leading.resting_phones import RestingPhones
from telephony.leading.service import TelephonyService

LOOK_EVERY = 0.02


def _seal(e164: str) -> tuple[bytes, bytes]:
    return f"sealed:{e164}".encode(), b"h" * 16


class _NoDatabase:
    """Copies nothing: these tests read the journal itself."""

    def run(self, stop: threading.Event) -> None:
        stop.wait()

    def wake(self) -> None:
        pass


class _NoRows:
    """The rows of help while the database is away."""

    def waiting(self) -> Sequence[WaitingHelp]:
        raise DatabaseAway

    def claim(self, waiting: WaitingHelp, phone: PhoneId, at: datetime) -> bool:
        raise DatabaseAway

    def silent(self, request: UUID, tried: int) -> None:
        raise DatabaseAway

    def picked_up(self, request: UUID, tried: int, at: datetime) -> None:
        raise DatabaseAway

    def accept(self, request: UUID, phone: PhoneId, at: datetime) -> bool:
        raise DatabaseAway


class _TypedOrders:
    """Hands on orders that the test types, to every call that is led here."""

    def __init__(self) -> None:
        self._deliver: Callable[[str, dict[str, str]], None] = lambda _kind, _body: None

    def run(
        self,
        stop: threading.Event,
        calls: Callable[[], Collection[CallId]],
        deliver: Callable[[CallId, Ordered], None],
    ) -> None:
        def give(kind: str, body: dict[str, str]) -> None:
            for call in calls():
                told = Ordered(at=SystemClock().now(), order=str(uuid4()), kind=kind, body=body)
                deliver(call, told)

        self._deliver = give
        stop.wait()

    def give(self, kind: str, body: dict[str, str]) -> None:
        self._deliver(kind, body)


async def run(told: dict[str, str]) -> None:
    root = Path(told["journals"])
    app = new_application_name(told["instance"])
    profile = CityProfile.model_validate_json(told["profile"])

    rests = frozenset({PhoneId(told["resting"])} if told.get("resting") else ())
    free = frozenset(one.id for one in profile.phones) - rests
    resting = RestingPhones(lambda: AtRest(resting=rests, free=free), profile.care.others_first_seconds)

    def plan_of_line(line: LineId) -> LinePlan | None:
        known = profile.line(line)
        resting.look()
        return resting.plan(plan_of(profile, known)) if known is not None else None

    journal = CallJournal(root, app)
    orders = _TypedOrders()
    service = TelephonyService(
        address=AriAddress(url=told["url"], user=told["user"], password=told["password"]),
        app=app,
        prefix=application_prefix(told["instance"]),
        journal=journal,
        copier=_NoDatabase(),
        clock=SystemClock(),
        leases=Path(told["leases"]),
        heartbeat=Heartbeat(Path(told["heartbeat"])),
        plan_of_line=plan_of_line,
        prompt=lambda announcement: f"{told['sounds']}/{announcement}",
        seal=_seal,
        codes=(profile.mark_code, profile.help_code),
        orders=orders,
        recorder=lambda client: RecordingPhones(
            client,
            AmiClient(
                AmiAddress(host=told["ami"], port=AMI_PORT, user=AMI_USER, password=told["ami_password"])
            ),
            Path(told["recordings"]),
            SystemClock(),
        ),
        help_calls=lambda client, calls: HelpCalls(
            HelpOutage(_NoRows(), calls, SystemClock()),
            profile,
            client,
            SystemClock(),
            lambda announcement: f"{told['sounds']}/{announcement}",
        ),
        targets=Targets(profile, _seal),
        outside=OutsideLines(profile, lambda sealed: sealed.decode().removeprefix("sealed:")),
        on_code=lambda code: print(f"{code.call} overheard {code.code}", flush=True),  # noqa: T201
    )
    serving = asyncio.create_task(service.serve())
    leaving = set[asyncio.Task[None]]()

    async def leave() -> None:
        await service.hand_over()
        serving.cancel()

    asyncio.get_running_loop().add_signal_handler(
        signal.SIGTERM, lambda: leaving.add(asyncio.create_task(leave()))
    )
    telling = asyncio.create_task(_tell(service))
    breaking = asyncio.create_task(_obey(journal, orders))
    try:
        await serving
    except asyncio.CancelledError:
        pass
    finally:
        telling.cancel()
        breaking.cancel()


async def _tell(service: TelephonyService) -> None:
    said: dict[CallId, str] = {}
    ready = False
    while True:
        if service.connected and not ready:
            ready = True
            print("ready", flush=True)  # noqa: T201  this is how it talks to the test
        now = {call: one.phase.value for call, one in service.driver.calls.items()}
        for call, phase in {**dict.fromkeys(said, "ended"), **now}.items():
            if said.get(call) != phase:
                print(f"{call} {phase}", flush=True)  # noqa: T201
                said[call] = phase
        for call in [call for call, phase in said.items() if phase == "ended"]:
            del said[call]
        await asyncio.sleep(LOOK_EVERY)


async def _obey(journal: CallJournal, orders: _TypedOrders) -> None:
    """Obey standard input: ``order KIND NAME=VALUE…`` of the one call; any other line breaks the disk."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while (line := (await reader.readline()).decode().split())[:1] == ["order"]:
        orders.give(line[1], dict(one.split("=", 1) for one in line[2:]))
    if line:
        full = os.open("/dev/full", os.O_WRONLY)
        if journal._file is None:
            raise RuntimeError("a journal that is not open cannot be broken")
        os.dup2(full, journal._file._file)  # what the kernel says of a full disk, without one
        os.close(full)
        written = journal.submit(CallId("probe-1.1"), TroubleSeen(at=SystemClock().now(), code="probe"))
        with suppress(JournalUnwritable):
            await asyncio.wrap_future(written)
        print("journal broken", flush=True)  # noqa: T201


if __name__ == "__main__":
    start_logging("telephony")
    asyncio.run(run(json.loads(sys.stdin.readline())))
