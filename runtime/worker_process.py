"""The worker as a process: one or more queues, and the duties that go with them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.errors import DomainError
from core.ids import LineId
from core.profile.model import CityProfile
from core.profile.recording import Transcribe
from core.settings import Settings
from incidents.imports.import_recording import ImportRecording
from incidents.raising.reading_signals import ReadSignals
from incidents.raising.wordless_signals import WordlessSignals
from runtime.bundle_task import bundle_task, hearing_task
from runtime.https_post import HttpsPost
from runtime.installation import Installation
from runtime.old_traces import OldTraces
from runtime.speech import slots_of
from runtime.tell_receivers import TellReceivers
from runtime.watch_duties import comparison_task, watch_duties
from runtime.wiring import QUEUES, Parts, worker_parts
from runtime.worker import Duty, WorkerPlan, work
from storage.access_heads import HeadKeeper
from storage.access_log import Sealer
from storage.destruction_list import DestructionKeeper
from storage.jobs import Task, make_worker_app, retry_stalled
from storage.quote_heads import QuoteHeads
from storage.sender import Sender
from storage.signed_note import note_key
from telephony.asterisk.ami_client import AmiClient
from telephony.asterisk.disaster_push import DisasterPush
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.asterisk.unrecorded_lines import UnrecordedLines
from telephony.capture.capture import CaptureRecording
from telephony.capture.listening_copy import DeriveListeningCopy
from telephony.capture.orphan_recordings import OrphanRecordings
from telephony.capture.recording_destruction import DestroyDue
from telephony.capture.recording_promotion import PromoteRecording
from telephony.sound.prompts import Prompts
from transcription.corrections import MakeCorrections
from transcription.reading_duty import MakeReadings
from transcription.slots import Slots
from transcription.transcribe import Transcriber
from transcription.voice.measure_voice import MeasureVoice

SEAL_SECONDS = 0.5
ORPHANS_SECONDS = 30.0
OLD_TRACES_SECONDS = 3600.0
DESTROY_SECONDS = 300.0
DESTRUCTIONS_SECONDS = 60.0
UNRECORDED_SECONDS = 3600.0
RECEIVERS_SECONDS = 1.0
REST_SECONDS = 60.0
DISASTER_SECONDS = 5.0
READINGS_SECONDS = 30.0
WORDLESS_SECONDS = 60.0
CAPTURES_AT_ONCE = 2


class UnknownQueue(DomainError):
    """仕事の列は capture, derive, transcribe のどれかです。"""

    code = "unknown-queue"


def run_worker(settings: Settings, queues: Sequence[str]) -> None:
    """Run the jobs of some queues until asked to stop.

    Raises:
        UnknownQueue
    """
    if not queues or not set(queues) <= set(QUEUES.values()):
        raise UnknownQueue
    # Nothing of the model may ever be asked of the network.
    os.environ["HF_HUB_OFFLINE"] = "1"
    parts = worker_parts(Installation(settings))
    slots = slots_of(settings.speech, parts.installation.home.models) if "transcribe" in queues else None
    tasks = [task for task in _tasks(parts, set(queues), slots) if task.queue in queues]
    app = make_worker_app(parts.installation.dsn("worker"), tasks, parts.database)
    plan = WorkerPlan(
        queues=queues,
        concurrency=CAPTURES_AT_ONCE if slots is None else slots.count,
        duties=_duties(parts, set(queues), slots),
        give_stalled_back=lambda open_app: retry_stalled(open_app, tasks, parts.database),
        end_work=_nothing if slots is None else slots.close,
    )
    asyncio.run(work(app, plan))


def _nothing() -> None:
    """Short jobs end by themselves."""


def _tasks(parts: Parts, queues: set[str], slots: Slots | None) -> list[Task]:
    """Build only what these queues need: the model is not loaded where nobody transcribes."""
    tasks: list[Task] = []
    if "capture" in queues:
        capture = CaptureRecording(
            asterisk=_stored_recordings(parts),
            vault=parts.vault,
            database=parts.database,
            announcer=parts.announcer,
            profile=parts.profile,
            prompts=Prompts(parts.profile, parts.settings.profile.absolute().parent),
            clock=parts.clock,
        )
        tasks.append(Task(name="capture_recording", queue="capture", handler=capture))
        tasks.append(comparison_task(parts, _stored_recordings(parts)))
        tasks.append(Task(name="promote_recording", queue="capture", handler=_promotion(parts)))
        corrections = MakeCorrections(
            database=parts.database,
            announcer=parts.announcer,
            clock=parts.clock,
            masks_numbers=parts.profile.spoken_numbers.masked,
        )
        tasks.append(Task(name="make_corrections", queue="capture", handler=corrections))
    if "derive" in queues:
        derive = DeriveListeningCopy(database=parts.database, announcer=parts.announcer, vault=parts.vault)
        tasks.append(Task(name="derive_listening_copy", queue="derive", handler=derive))
        voices = MeasureVoice(
            database=parts.database, announcer=parts.announcer, vault=parts.vault, clock=parts.clock
        )
        tasks.append(Task(name="measure_voice", queue="derive", handler=voices))
        files = ImportRecording(
            database=parts.database, announcer=parts.announcer, vault=parts.vault, intake=parts.intake,
            profile=parts.profile, clock=parts.clock,
        )  # fmt: skip
        tasks.append(Task(name="import_recording", queue="derive", handler=files))
        signals = ReadSignals(database=parts.database, profile=parts.profile, clock=parts.clock)
        tasks.append(Task(name="read_signals", queue="derive", handler=signals))
        tasks.append(bundle_task(parts))
    if slots is not None:
        transcriber = Transcriber(
            database=parts.database,
            announcer=parts.announcer,
            vault=parts.vault,
            hears=slots,
            clock=parts.clock,
            vocabulary=parts.profile.vocabulary,
            only_flagged=lambda line: only_flagged(parts.profile, line),
            masks_numbers=parts.profile.spoken_numbers.masked,
        )
        tasks.append(
            Task(
                name="transcribe_recording",
                queue="transcribe",
                handler=transcriber.transcribe_recording,
                on_parked=transcriber.park,
            )
        )
        tasks.append(hearing_task(parts, slots))
    return tasks


def only_flagged(profile: CityProfile, line: LineId) -> bool:
    """Say whether calls on a line become text only when they are flagged, or when somebody asks."""
    found = profile.line(line)
    return found is not None and found.transcribe is Transcribe.FLAGGED


def _duties(parts: Parts, queues: set[str], slots: Slots | None) -> list[Duty]:
    resting = [] if slots is None else [Duty(name="rest", every_seconds=REST_SECONDS, run=slots.rest)]
    if "capture" not in queues:
        return resting
    orphans = OrphanRecordings(
        asterisk=_stored_recordings(parts),
        database=parts.database,
        announcer=parts.announcer,
        profile=parts.profile,
        seal_number=parts.numbers.seal,
        clock=parts.clock,
    )
    ami = AmiClient(parts.installation.ami_address())
    unrecorded = UnrecordedLines(asterisk=ami, database=parts.database, clock=parts.clock)
    push = DisasterPush(asterisk=ami, database=parts.database, clock=parts.clock)
    destroy = DestroyDue(
        vault=parts.vault,
        database=parts.database,
        promote=_promotion(parts),
        approvals=parts.profile.keeping.approvals,
        clock=parts.clock,
    )
    return [
        Duty(
            name="chain_access_log",
            every_seconds=SEAL_SECONDS,
            run=Sealer(parts.database, parts.clock).run_once,
        ),
        Duty(
            name="send_access_log_head",
            every_seconds=60.0 * parts.settings.audit.heads_minutes,
            run=HeadKeeper(_sender(parts, parts.head_key)).run_once,
        ),
        Duty(
            name="sign_quote_exports",
            every_seconds=SEAL_SECONDS,
            run=QuoteHeads(_sender(parts, parts.head_key)).run_once,
        ),
        Duty(
            name="send_destructions",
            every_seconds=DESTRUCTIONS_SECONDS,
            run=DestructionKeeper(_sender(parts, note_key(parts.keys))).run_once,
        ),
        Duty(name="tell_receivers", every_seconds=RECEIVERS_SECONDS, run=_receivers(parts).run_once),
        Duty(name="find_orphan_recordings", every_seconds=ORPHANS_SECONDS, run=orphans.run_once),
        Duty(name="count_unrecorded_calls", every_seconds=UNRECORDED_SECONDS, run=unrecorded.run_once),
        Duty(name="tell_asterisk_of_disaster", every_seconds=DISASTER_SECONDS, run=push.run_once),
        Duty(name="destroy_due_recordings", every_seconds=DESTROY_SECONDS, run=destroy.run_once),
        Duty(
            name="find_wordless_signals",
            every_seconds=WORDLESS_SECONDS,
            run=WordlessSignals(database=parts.database, profile=parts.profile, clock=parts.clock).run_once,
        ),
        Duty(name="make_readings", every_seconds=READINGS_SECONDS, run=MakeReadings(parts.database).run_once),
        Duty(
            name="forget_old_traces",
            every_seconds=OLD_TRACES_SECONDS,
            run=OldTraces(parts.database, parts.clock).run_once,
        ),
        *watch_duties(parts, _stored_recordings(parts)),
        *resting,
    ]


def _receivers(parts: Parts) -> TellReceivers:
    rules = parts.profile.integrations.receivers
    return TellReceivers(
        database=parts.database, post=HttpsPost(rules), key=parts.webhook_key, tries=rules.tries,
        clock=parts.clock,
    )  # fmt: skip


def _sender(parts: Parts, key: Ed25519PrivateKey) -> Sender:
    return Sender(
        database=parts.database,
        place=parts.heads,
        key=key,
        clock=parts.clock,
        instance=parts.settings.instance,
    )


def _promotion(parts: Parts) -> PromoteRecording:
    return PromoteRecording(database=parts.database, announcer=parts.announcer, keeping=parts.profile.keeping)


def _stored_recordings(parts: Parts) -> StoredRecordings:
    installation = parts.installation
    return StoredRecordings(
        installation.ari_url(), parts.settings.asterisk.ari_user, installation.ari_password()
    )
