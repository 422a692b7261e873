"""Which processes the supervisor runs on this machine, in their order, and how each is known to be ready."""

from __future__ import annotations

import http.client
import os
import signal
import ssl
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from runtime.child import ChildPlan
from runtime.installation import Installation
from runtime.niceness import ASTERISK_NICE
from runtime.real_time import LEADING_CALLS

TELEPHONY_NICE = -10
"""A citizen waits for telephony. Only root can raise a priority."""

SPEECH_NICE = 5
"""The worker alone, which is light; the processes in which it has calls heard wait for everybody."""

_FIRST_PATIENCE_SECONDS, _PATIENCE_SECONDS = 60.0, 20.0
"""How long telephony waits for the database when the machine starts: no longer than a caller would."""

OWN_PROCESSES = ("telephony", "worker", "speech", "live-text", "api")


def plans_of(installation: Installation, wanted: frozenset[str]) -> list[ChildPlan]:
    """Return the plans of the embedded servers and of our own processes, servers first."""
    logs = installation.logs
    logs.prepare()
    plans: list[ChildPlan] = []
    if installation.cluster is not None:
        plans.append(
            ChildPlan(
                name="postgres",
                argv=installation.cluster.command(),
                ours=False,
                ready=lambda: database_answers(installation.dsn("owner")),
                # Telephony keeps its journal until the database comes; only the very first start needs it.
                required=not installation.has_keys,
                ready_within=_PATIENCE_SECONDS if installation.has_keys else _FIRST_PATIENCE_SECONDS,
                dies_with_supervisor=False,  # its own command sees to that, after the change of user
                # Fast: at SIGTERM it waits for whoever is connected, until we would kill it in its writing.
                stop_signal=signal.SIGINT,
                logs=logs,
            )
        )
    if installation.asterisk is not None:
        command = installation.asterisk.command()
        plans.append(
            ChildPlan(
                name="asterisk",
                argv=command.argv,
                environment=command.environment,
                ours=False,
                nice=ASTERISK_NICE,
                ready=installation.asterisk.is_ready,
                # Calls outlive a supervisor that was killed; the next one takes the server over as it is.
                dies_with_supervisor=False,
                running_already=lambda: running_asterisk(installation),
                logs=logs,
            )
        )
    own = {
        "telephony": _telephony(installation),
        "worker": [_own(installation, "worker", ["worker", "--queue", "capture", "--queue", "derive"])],
        "speech": [_own(installation, "speech", ["worker", "--queue", "transcribe"], nice=SPEECH_NICE)],
        # A guess beside the call: nothing waits for it, and nothing is lost without it.
        "live-text": [_own(installation, "live-text", ["live-text"], nice=SPEECH_NICE, required=False)],
        # Nobody's call may wait for a page: a console without its port or its certificate starts later.
        "api": [_own(installation, "api", ["api"], required=False)],
    }
    ours = [plan for name in OWN_PROCESSES if name in wanted for plan in own[name]]
    for plan in ours:
        if plan.heartbeat is not None:
            # An old beat looks alive for a moment. One of a process that is not ours is left to its owner,
            # who would take a missing beat for a frozen process and kill it in the middle of a call.
            plan.heartbeat.unlink(missing_ok=True)
    return plans + ours


def telephony_beats(installation: Installation) -> list[Path]:
    """List the files that the telephony processes touch while they move, by their numbers."""
    numbers = range(1, installation.settings.telephony.processes + 1)
    return [installation.home.run / f"telephony-{number}.beat" for number in numbers]


def _telephony(installation: Installation) -> list[ChildPlan]:
    """Several at once: whatever happens to one, its calls are led on by another."""
    return [
        _own(
            installation,
            f"telephony-{number}",
            ["telephony", "--number", str(number)],
            heartbeat=beat,
            ready_within=10.0,
            nice=TELEPHONY_NICE,
            real_time=LEADING_CALLS,
            required=False,  # the dialplan serves alone until it comes
        )
        for number, beat in enumerate(telephony_beats(installation), start=1)
    ]


def _own(  # noqa: PLR0913  a plan has these parts
    installation: Installation,
    name: str,
    arguments: list[str],
    *,
    nice: int = 0,
    real_time: int = 0,
    heartbeat: Path | None = None,
    ready_within: float = 60.0,
    required: bool = True,
) -> ChildPlan:
    user = installation.users.service
    return ChildPlan(
        name=name,
        argv=[sys.executable, "-m", "runtime", *arguments],
        environment=_environment(installation),
        user=user,
        group=user,
        nice=nice,
        real_time=real_time,
        heartbeat=heartbeat,
        ready=heartbeat.exists if heartbeat is not None else None,
        ready_within=ready_within,
        required=required,
        logs=installation.logs,
    )


def _environment(installation: Installation) -> Mapping[str, str]:
    return {
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(installation.home.run),
        "TSUWAROKU_HOME": str(installation.home.path),
        "TSUWAROKU_PROFILE": str(installation.settings.profile.absolute()),
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
    }


def running_asterisk(installation: Installation) -> int | None:
    """Return the process id of our own Asterisk if one runs and answers with our password."""
    if installation.asterisk is None or not installation.asterisk.is_ready():
        return None
    try:
        return int((installation.asterisk.plan.home / "run" / "asterisk.pid").read_text())
    except (OSError, ValueError):
        return None


def database_answers(dsn: str) -> bool:
    """Say whether the database lets the owner in."""
    try:
        psycopg.connect(dsn, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def console_answers(installation: Installation) -> bool:
    """Say whether our console answers over TLS: whoever shows another certificate is somebody else."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False  # the certificate itself is compared instead of its chain
    unchecked.verify_mode = ssl.CERT_NONE
    host = urlsplit(f"//{installation.settings.console.host}").hostname or "127.0.0.1"
    connection = http.client.HTTPSConnection(
        "127.0.0.1" if host in {"0.0.0.0", "::"} else host,  # noqa: S104  asks, does not listen
        installation.settings.console.port,
        timeout=2,
        context=unchecked,
    )
    try:
        connection.connect()
        shown = connection.sock.getpeercert(binary_form=True)
        connection.request("GET", "/healthz")
        answered = connection.getresponse().status < http.client.MULTIPLE_CHOICES
        return answered and shown == _own_certificate(installation)
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _own_certificate(installation: Installation) -> bytes:
    given = installation.settings.console.certificate
    text = (given or installation.home.console / "console.pem").read_text(encoding="ascii")
    end = "-----END CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(text[: text.index(end) + len(end)])  # the chain may follow
