"""How fast calls are answered and joined, and what they cost, beside a plain Dial with MixMonitor.

Calls come at once from sipp and are held with sound both ways. Rounds of ours and of the floor alternate on
the same Asterisk. ``answer`` is from INVITE to 200 OK on the caller's wire; ``bridge`` from the operator's
answer, as Asterisk tells it, until both are in one bridge. CPU is Asterisk's own, while all calls are up.
"""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.copier import copier_of
from bench.flag_key import press_everywhere
from bench.joins import join_milliseconds
from bench.notices import weigh_notices
from bench.percentiles import of_rounds, percentile, together
from bench.priority import take_priority
from bench.recordings import weigh_floor, weigh_recordings
from bench.sipp import Sipp
from bench.wakefulness import stay_awake
from core.clock import SystemClock
from core.ids import PhoneId
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from core.settings import AsteriskSettings, Settings
from runtime.asterisk_rootfs import find_asterisk
from runtime.asterisk_server import AsteriskServer, plan_of
from runtime.home import ServiceUsers
from runtime.lease_place import clear_place, find_place, place_in_memory
from runtime.pbx_secrets import PbxSecrets
from runtime.readiness import stand_ready
from runtime.real_time import follow_first, give_back
from telephony.asterisk.ari_address import AriAddress
from telephony.asterisk.ari_events import application_prefix, new_application_name
from telephony.call.call import plan_of as line_plan_of
from telephony.journal.journal import CallJournal
from telephony.leading.collaborators import Copier
from telephony.leading.heartbeat import Heartbeat
from telephony.leading.service import TelephonyService
from telephony.sound.prompts import Prompts

CARRIER = "127.0.0.3"
FLOOR_NUMBER = "0300009999"
PLATEAU_SECONDS = 8.0
SETTLE_SECONDS = 8.0  # the announcement is over and everybody is connected

_PROFILE = Path(__file__).parent.parent / "profiles" / "sakura.yaml"


def measure(arguments: Sequence[str]) -> dict[str, Any]:
    """Measure; see the module."""
    parser = ArgumentParser(prog="python -m bench telephony", description=__doc__)
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--per-second", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", action="store_true", help="copy the journal into PostgreSQL meanwhile")
    options = parser.parse_args(list(arguments))
    folder = Path(tempfile.mkdtemp(prefix="tsuwaroku-bench-"))
    folder.chmod(0o755)
    try:
        with copier_of(folder / "journal", wanted=options.database) as copier:
            bench = _Bench(folder, options.calls, options.per_second, copier)
            return asyncio.run(bench.run(options.rounds))
    finally:
        shutil.rmtree(folder)


class _Bench:
    def __init__(self, folder: Path, calls: int, per_second: int, copier: Copier) -> None:
        self._folder = folder
        self._copier = copier
        self._calls = calls
        self._per_second = per_second
        given = os.environ.get("TSUWAROKU_ASTERISK__ROOTFS")
        self._program = find_asterisk(Path(given) if given else None)
        self._profile = _one_phone_town(load_profile(_PROFILE))
        self._line = self._profile.lines[0]
        self._phone_port = _free_port()
        self._server = self._prepare()
        self._sipp = Sipp(self._program, folder)
        self._lost = 0
        self._presses = list[float]()
        self._answers = list[list[float]]()
        self._floor_answers = list[list[float]]()
        # The first to come must still be there when the last has come and every key was pressed.
        self._stay = calls / per_second + SETTLE_SECONDS + PLATEAU_SECONDS + 4.0

    def _prepare(self) -> AsteriskServer:
        users = ServiceUsers.for_this_machine()
        users.create()
        settings = Settings(
            home=self._folder,
            instance="bench",
            asterisk=AsteriskSettings(
                sip_port=_free_port(),
                http_port=_free_port(socket.SOCK_STREAM),
                rtp_start=24000,
                rtp_end=25999,
            ),
        )
        plan = plan_of(settings, self._profile, self._program, PbxSecrets(keys=self._folder / "keys"))
        server = AsteriskServer(
            plan, self._profile, self._program, announcements=_PROFILE.parent, os_user=users.pbx
        )
        server.prepare()
        phone = self._line.phones[0]
        _replace(
            plan.etc / "pjsip.conf",
            f"[{phone}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n",
            f"[{phone}]\ntype=aor\ncontact=sip:phone@127.0.0.1:{self._phone_port}\n",
        )
        with (plan.etc / "modules.conf").open("a") as modules:
            modules.write("load => app_senddtmf.so\n")  # presses keys in an operator's place
        floor = f"{plan.recordings}/floor_${{UNIQUEID}}.wav"
        with (plan.etc / "extensions.conf").open("a") as dialplan:
            dialplan.write(
                f"\n[from-trunk](+)\nexten => {FLOOR_NUMBER},1,Answer()\n same => n,MixMonitor({floor})\n"
                f" same => n,Dial(PJSIP/{phone},30)\n same => n,Hangup()\n"
            )
        return server

    async def run(self, rounds: int) -> dict[str, Any]:
        await asyncio.to_thread(self._server.start)
        take_priority()
        phones = self._sipp.phones("127.0.0.1", self._phone_port)
        service = self._service()
        stand_ready()
        serving = asyncio.create_task(service.serve())
        awake = asyncio.create_task(stay_awake(find_place(self._folder / "run")))
        try:
            async with asyncio.timeout(10):
                while not service.connected:  # noqa: ASYNC110  asked from outside, with a limit
                    await asyncio.sleep(0.05)
            load = os.getloadavg()[0]
            ours, floor = list[float](), list[float]()
            for _ in range(rounds):
                answered, cost = await self._round(self._line.numbers[0], service)
                self._answers.append(answered)
                ours.append(cost)
                answered, cost = await self._round(FLOOR_NUMBER)
                self._floor_answers.append(answered)
                floor.append(cost)
        finally:
            for task in (awake, serving):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            phones.kill()
            phones.wait()
            give_back()
            clear_place(self._folder / "run")
            await asyncio.to_thread(self._server.stop)
        return self._figures(ours, floor, load)

    async def _round(self, number: str, service: TelephonyService | None = None) -> tuple[list[float], float]:
        """Let all calls come and go; return each one's milliseconds to the answer, and Asterisk's CPU."""
        callers = self._sipp.callers(
            CARRIER,
            _free_port(address=CARRIER),
            server=f"127.0.0.1:{self._server.plan.sip_port}",
            number=number,
            calls=self._calls,
            per_second=self._per_second,
            seconds=self._stay,
        )
        await asyncio.sleep(self._calls / self._per_second + SETTLE_SECONDS)
        before = self._cpu_seconds()
        await asyncio.sleep(PLATEAU_SECONDS)
        used = self._cpu_seconds() - before
        if service is not None:
            self._presses += await press_everywhere(self._server.plan, service.driver)
        try:
            self._lost += await asyncio.to_thread(callers.wait, 60) != 0
        except subprocess.TimeoutExpired:
            callers.kill()
            callers.wait()
            self._lost += 1
        await asyncio.sleep(1.0)
        return self._sipp.answer_milliseconds(callers), 100 * used / PLATEAU_SECONDS / self._calls

    def _cpu_seconds(self) -> float:
        process = self._server.process
        stat = Path(f"/proc/{process.pid if process else 0}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _service(self) -> TelephonyService:
        plan = self._server.plan
        app = new_application_name(plan.instance)
        root = self._folder / "journal"

        return TelephonyService(
            address=AriAddress(url=plan.ari_url, user=plan.ari_user, password=plan.ari_password),
            app=app,
            prefix=application_prefix(plan.instance),
            journal=CallJournal(root, app, hurry=follow_first),
            copier=self._copier,
            clock=SystemClock(),
            leases=self._leases(),
            heartbeat=Heartbeat(self._folder / "heartbeat"),
            plan_of_line={line.id: line_plan_of(self._profile, line) for line in self._profile.lines}.get,
            prompt=plan.prompt,
            seal=lambda _e164: (b"sealed", b"h" * 16),
        )

    def _leases(self) -> Path:
        """Put the leases where the service puts them."""
        run = self._folder / "run"
        run.mkdir(exist_ok=True)
        place_in_memory(run, getpass.getuser() if os.geteuid() == 0 else None)
        return find_place(run)

    def _figures(self, ours: list[float], floor: list[float], load: float) -> dict[str, Any]:
        joined = join_milliseconds(self._folder / "journal")
        prompt = Prompts(self._profile, _PROFILE.parent).samples(self._line.announcement)
        if prompt is None:
            raise FileNotFoundError("the announcement has no sound file")
        notices = weigh_notices(self._folder / "journal", self._server.plan.recordings, self._line.id, prompt)
        cost, plain = statistics.median(ours), statistics.median(floor)
        kept = weigh_recordings(self._folder / "journal", self._server.plan.recordings, self._line.id)
        plain_kept = weigh_floor(self._server.plan.recordings, self._stay)
        return {
            "concurrent": self._calls,
            "calls_per_s": self._per_second,
            "rounds": len(ours),
            "calls_answered": sum(map(len, self._answers)),
            "calls_joined": len(joined),
            "rounds_with_failures": self._lost,
            "lost_calls": len(ours) * self._calls - len(joined),
            "lost_recordings": len(ours) * self._calls - kept.calls + kept.lost,
            "stretched_recordings": kept.stretched,
            "most_seconds_off": kept.most_seconds_off,
            "stretched_recordings_floor": plain_kept.stretched,
            "most_seconds_off_floor": plain_kept.most_seconds_off,
            "announced": notices.announced,
            "announced_but_unproven": notices.unproven,
            "least_correlation": notices.least_correlation,
            "answer_p50_ms": of_rounds(self._answers, 50),
            "answer_p99_ms": of_rounds(self._answers, 99),
            "answer_p99_ms_all_rounds": together(self._answers, 99),
            "answer_p99_ms_floor": of_rounds(self._floor_answers, 99),
            "bridge_p50_ms": percentile(joined, 50),
            "bridge_p99_ms": percentile(joined, 99),
            "flag_p50_ms": percentile(self._presses, 50),
            "flag_p99_ms": percentile(self._presses, 99),
            "cpu_percent_per_call": round(cost, 3),
            "cpu_percent_per_call_floor": round(plain, 3),
            "cpu_ratio_vs_floor": round(cost / plain, 2) if plain else None,
            "load_average_before": round(load, 2),
            "cores": os.cpu_count(),
        }


def _one_phone_town(profile: CityProfile) -> CityProfile:
    """Keep one ordinary line with one phone, and the carrier's address."""
    line = next(one for one in profile.lines if not one.practice)
    phone = next(one for one in profile.phones if one.id == PhoneId(line.phones[0]))
    trunk = next(one for one in profile.trunks if not one.practice)
    return profile.model_copy(
        update={
            "lines": (line.model_copy(update={"phones": (phone.id,)}),),
            "phones": (phone,),
            "trunks": (trunk.model_copy(update={"addresses": (CARRIER,), "contact": None}),),
        }
    )


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    if old not in text:
        raise ValueError(f"{file.name} has changed: the bench does not find the phone's address there")
    file.write_text(text.replace(old, new))


def _free_port(kind: socket.SocketKind = socket.SOCK_DGRAM, address: str = "127.0.0.1") -> int:
    with socket.socket(type=kind) as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port
