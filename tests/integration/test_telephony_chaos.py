"""Twenty citizens call at once while processes are killed, frozen and replaced in turn: nobody notices."""

from __future__ import annotations

import random
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from bench.sipp import Sipp
from telephony.call.call import Outcome, Phase, ServedBy
from tests.fixtures_asterisk import TRUNK_ADDRESS, free_port
from tests.fixtures_telephony import Hall, TalkingProcess
from tests.recorded_files import closed_calls

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

CALLS = 20
SECONDS = 30.0
BETWEEN_SECONDS = 5.0
"""Between two blows: adoption by lease takes three seconds, and a start one or two on a busy machine."""


@dataclass(slots=True)
class Blows:
    """Hits one process after the other, never both at once, and starts again what is dead."""

    hall: Hall
    processes: list[TalkingProcess] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        chance = random.Random(7)  # noqa: S311  the same blows every time
        turn = 0
        while not self._stop.wait(BETWEEN_SECONDS):
            number = turn % len(self.processes)
            kind = chance.choice(("kill", "freeze", "terminate"))
            self.given.append(kind)
            victim = self.processes[number].process
            match kind:
                case "kill":
                    victim.kill()
                case "freeze":
                    victim.send_signal(signal.SIGSTOP)
                    self._stop.wait(BETWEEN_SECONDS)
                    victim.send_signal(signal.SIGCONT)
                case _:
                    victim.terminate()
            with suppress(Exception):
                victim.wait(0.5 if kind == "freeze" else 10)
            if victim.poll() is not None:
                self.processes[number] = self.hall.telephony()
            turn += 1

    def stop(self) -> None:
        self._stop.set()


@pytest.fixture
def load(hall: Hall) -> Iterator[Sipp]:
    """Callers and phones by the dozen; the phone picks up whatever rings it, at once."""
    port = free_port(socket.SOCK_DGRAM)
    hall.server.stop()
    pjsip = hall.server.plan.etc / "pjsip.conf"
    registered = "[hoken1]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n"
    text = pjsip.read_text()
    assert registered in text
    there = f"[hoken1]\ntype=aor\ncontact=sip:phone@127.0.0.1:{port}\n"
    pjsip.write_text(text.replace(registered, there))
    hall.server.start()
    sipp = Sipp(hall.server.program, hall.folder)
    phones = sipp.phones("127.0.0.1", port)
    yield sipp
    phones.kill()
    phones.wait()


def test_twenty_calls_outlive_whatever_happens_to_the_processes(hall: Hall, load: Sipp) -> None:
    blows = Blows(hall, [hall.telephony(), hall.telephony()])
    striking = threading.Thread(target=blows.run)
    callers = load.callers(
        TRUNK_ADDRESS,
        free_port(socket.SOCK_DGRAM),
        server=f"127.0.0.1:{hall.server.plan.sip_port}",
        number="0300000101",
        calls=CALLS,
        per_second=2,
        seconds=SECONDS,
    )
    striking.start()
    try:
        failed = callers.wait(SECONDS + 60)
    finally:
        blows.stop()
        striking.join(60)
        callers.kill()
    hall.wait_until_quiet(45)
    hall.wait_until(
        lambda: all(one.phase is Phase.ENDED for one in hall.calls().values()), "every call's end", 45
    )
    calls = hall.calls().values()

    assert len(blows.given) >= 4
    assert failed == 0, f"a caller was hung up on; blows: {blows.given}"
    ours = [one for one in calls if one.served_by is ServedBy.APPLICATION]
    assert {one.outcome for one in ours} == {Outcome.TALKED}
    assert len(ours) > CALLS / 2
    assert len(list(closed_calls(hall.server.plan.recordings))) == CALLS
