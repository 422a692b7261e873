"""The duties and the job that watch: who reads Asterisk's call records, compares, proves, reads figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from incidents.visit_watch import VisitWatch
from runtime.watch import Watch
from runtime.watch_ceiling import CeilingMarks
from runtime.watch_destroying import REWRITING_LIMITS, DestroyerFigures
from runtime.watch_disks import Disks
from runtime.watch_limits import worker_limits
from runtime.watch_refusals import Refusals
from runtime.watch_service import ServiceFigures
from runtime.wiring import Parts
from runtime.worker import Duty
from storage.destruction_proof import DestructionProof
from storage.jobs import Task
from storage.rewriting import Rewriter
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk_config.ami import AMI_LISTENER
from telephony.capture.call_forgetting import ForgetCalls
from telephony.unrecorded.call_records import CallRecords
from telephony.unrecorded.unrecorded_findings import UnrecordedCalls

RECORDS_SECONDS = 30.0
WATCH_SECONDS = 15.0
MARKS_SECONDS = 30.0
FORGET_SECONDS = 3600.0
VISITS_SECONDS = 20.0
PROOF_SECONDS = 600.0  # whether a day has passed
REWRITING_SECONDS = 900.0  # whether it is time

NIGHTLY = "30 17 * * *"
"""In UTC: 02:30 in Japan, when hardly a call is under way."""


def comparison(parts: Parts, asterisk: StoredRecordings) -> UnrecordedCalls:
    """Return the comparison of records, calls and recordings."""
    return UnrecordedCalls(
        asterisk=asterisk, database=parts.database, profile=parts.profile, clock=parts.clock
    )


def comparison_task(parts: Parts, asterisk: StoredRecordings) -> Task:
    """Return the job that compares every night, and whenever somebody asks."""
    return Task(name="compare_recordings", queue="capture", handler=comparison(parts, asterisk), cron=NIGHTLY)


def worker_watch(parts: Parts) -> Watch:
    """Return what a worker watches."""
    home, settings = parts.installation.home, parts.settings.watch
    disks = Disks(
        {"spool": home.asterisk / "spool" / "recording", "journal": home.journal, "vault": home.vault}
    )
    heard_by = replace(parts.installation.ami_address(), user=AMI_LISTENER)
    refusals = Refusals(heard_by, parts.clock)
    figures = ServiceFigures(parts.clock, settings.calls_at_once)
    own_database = parts.installation.cluster is not None
    return Watch(
        database=parts.database,
        clock=parts.clock,
        source="worker",
        looks={
            "disks": disks.look,
            "jobs": figures.jobs,
            "calls": figures.calls,
            "recordings": figures.recordings,
            "people": figures.people,
            "refusals": refusals.look,
            "certificates": parts.installation.sip_certificates.look,
            **({"rewriting": DestroyerFigures(parts.clock).rewriting} if own_database else {}),
        },
        limits=(*worker_limits(settings), *REWRITING_LIMITS),
    )


def rewriting_duties(parts: Parts) -> Sequence[Duty]:
    """Return what writes the database's files anew after a destruction: of the program's own alone."""
    if parts.installation.cluster is None:
        return ()
    rewriter = Rewriter(owner_dsn=parts.installation.dsn("owner"), database=parts.database, clock=parts.clock)
    return (Duty(name="rewrite_destroyed", every_seconds=REWRITING_SECONDS, run=rewriter.run_once),)


def watch_duties(parts: Parts, asterisk: StoredRecordings) -> Sequence[Duty]:
    """Return the duties of a worker beside Asterisk."""
    records = CallRecords(
        asterisk=asterisk, database=parts.database, profile=parts.profile, clock=parts.clock
    )
    forget = ForgetCalls(
        database=parts.database, keeping=parts.profile.keeping, clock=parts.clock,
        alert_days=parts.profile.alerts.keep_days,
    )  # fmt: skip
    proof = DestructionProof(
        database=parts.database, clock=parts.clock, objects_left=parts.verifier.destroyed_but_stored,
        calls_left=forget.overdue,
    )  # fmt: skip
    marks = CeilingMarks(parts.database, parts.clock, parts.settings.watch.calls_at_once)
    return (
        Duty(name="read_call_records", every_seconds=RECORDS_SECONDS, run=records.run_once),
        Duty(name="watch", every_seconds=WATCH_SECONDS, run=worker_watch(parts).run_once),
        Duty(
            name="watch_visits",
            every_seconds=VISITS_SECONDS,
            run=VisitWatch(parts.database, parts.clock).run_once,
        ),
        Duty(name="forget_calls", every_seconds=FORGET_SECONDS, run=forget.run_once),
        Duty(name="prove_destruction", every_seconds=PROOF_SECONDS, run=proof.run_once),
        *rewriting_duties(parts),
        Duty(name="mark_beyond_ceiling", every_seconds=MARKS_SECONDS, run=marks.run_once),
    )
