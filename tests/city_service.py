"""The service as its one command starts it, in a folder and on ports of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.settings import AsteriskSettings, ConsoleSettings, Settings
from runtime.installation import Installation
from tests.waiting import wait_until

PROGRAM = Path(__file__).resolve().parent.parent
READY_SECONDS = 240.0  # of a first start that must make Asterisk's tree; otherwise it takes about ten

Row = dict[str, Any]


class CityService:
    """The service of one city, from outside. ``folder`` holds its home."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.output = folder / "supervisor.log"
        self._ports = _free_ports()
        self._more = dict(environment)
        self.installation = Installation(
            Settings(
                home=self.home,
                profile=Path(environment.get("TSUWAROKU_PROFILE", PROGRAM / "profiles/sakura.yaml")),
                asterisk=AsteriskSettings(
                    sip_port=self._ports["SIP_PORT"],
                    http_port=self._ports["HTTP_PORT"],
                    rtp_start=self._ports["RTP_START"],
                    rtp_end=self._ports["RTP_END"],
                ),
                console=ConsoleSettings(port=self._ports["CONSOLE"]),
            )
        )
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.started_by: Sequence[str] = ()
        """A command that starts ours."""
        self._said_before = 0

    @property
    def environment(self) -> dict[str, str]:
        """What the command is started with."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("TSUWAROKU_")}
        kept = {
            name: os.environ[name]
            for name in ("TSUWAROKU_ROOTFS_CACHE", "TSUWAROKU_ASTERISK__ROOTFS")
            if name in os.environ
        }
        ports = {
            f"TSUWAROKU_ASTERISK__{name}": str(port)
            for name, port in self._ports.items()
            if name not in {"CONSOLE", "LIVE_TEXT"}
        }
        return {
            **ours,
            **kept,
            **ports,
            "TSUWAROKU_HOME": str(self.home),
            "TSUWAROKU_CONSOLE__PORT": str(self._ports["CONSOLE"]),
            "TSUWAROKU_LIVE_TEXT__PORT": str(self._ports["LIVE_TEXT"]),
            **self._more,
        }

    @property
    def console(self) -> str:
        """The console's address."""
        return f"https://127.0.0.1:{self._ports['CONSOLE']}"

    def launch(self) -> None:
        """Start the service and do not wait for it."""
        self._said_before = len(self._output())
        with self.output.open("ab") as output:
            self.supervisor = subprocess.Popen(
                [*self.started_by, PROGRAM / "tsuwaroku", "serve"],
                env=self.environment,
                cwd=PROGRAM,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_serving(self) -> None:
        """Wait until the console can be opened; it is the last part to start."""
        wait_until(self._is_serving, READY_SECONDS, "a console that answers")

    def start(self) -> None:
        """Start the service and wait until it serves."""
        self.launch()
        self.wait_until_serving()

    def stop(self) -> None:
        """Stop it as a person does, and make sure that nothing of it is left."""
        if self.supervisor is not None:
            self.tell_supervisor(signal.SIGCONT)
            self.tell_supervisor(signal.SIGTERM)
            try:
                self.supervisor.wait(60)
            finally:
                self.kill_supervisor()
        with suppress(OSError, ValueError):
            asterisk = int((self.home / "asterisk/run/asterisk.pid").read_text())
            if str(self.home).encode() in Path(f"/proc/{asterisk}/cmdline").read_bytes():
                os.kill(asterisk, signal.SIGKILL)

    def tell_supervisor(self, number: signal.Signals) -> None:
        """Send a signal to the supervisor."""
        if self.supervisor is not None:
            self.supervisor.send_signal(number)

    def kill_supervisor(self) -> None:
        """End the supervisor as a crash would."""
        if self.supervisor is not None:
            self.supervisor.kill()
            self.supervisor.wait()
            self.supervisor = None

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of the program, as a person beside the running service does."""
        return subprocess.run(
            [PROGRAM / "tsuwaroku", *arguments],
            env=self.environment, cwd=PROGRAM, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def pid_of(self, part: str) -> int:
        """Process id of a part: telephony, worker, speech, api, postgres or asterisk."""
        pid: int = [*self.told("child.started", kind=part), *self.told("child.kept", kind=part)][-1]["pid"]
        return pid

    def kill(self, part: str) -> None:
        """Kill a part as a crash would."""
        os.kill(self.pid_of(part), signal.SIGKILL)

    def freeze(self, part: str) -> None:
        """Stop a part from doing anything, without its end."""
        os.kill(self.pid_of(part), signal.SIGSTOP)

    def told(self, event: str, *, part: str = "", **fields: object) -> list[Row]:
        """Return the lines of one event with these fields, of the supervisor's own log or of a part's."""
        text = self._output() if not part else (self.home / f"log/{part}.log").read_text(errors="replace")
        lines: list[Row] = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        return [
            line
            for line in lines
            if line.get("event") == event and all(line.get(name) == value for name, value in fields.items())
        ]

    def password_of(self, login: str) -> str:
        """Return the password that the first start made for an account."""
        notes = (self.home / "keys/first-sign-in.txt").read_text(encoding="utf-8").splitlines()
        return {line.split("\t")[1]: line.split("\t")[2] for line in notes}[login]

    def _output(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace") if self.output.exists() else ""

    def _is_serving(self) -> bool:
        assert self.supervisor is not None
        assert self.supervisor.poll() is None, f"the service ended: {self._output()[-2000:]}"
        return "画面が開けます" in self._output()[self._said_before :]


def _free_ports() -> dict[str, int]:
    def free(kind: socket.SocketKind) -> int:
        with socket.socket(type=kind) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    sound = 16000 + os.getpid() % 39 * 100  # under the ports of other tests and of the practice phones
    return {
        "SIP_PORT": free(socket.SOCK_DGRAM),
        "HTTP_PORT": free(socket.SOCK_STREAM),
        "CONSOLE": free(socket.SOCK_STREAM),
        "LIVE_TEXT": free(socket.SOCK_STREAM),
        "RTP_START": sound,
        "RTP_END": sound + 99,
    }
