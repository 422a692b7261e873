"""Facts: what became true, announced in the transaction that made it true.

A fact carries ids only. Who reacts to which fact is one table, REACTIONS, in runtime/wiring.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.ids import BundleId, CallId, ImportId, IncidentId, RecordingId, RevisionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that became true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Fact):
    """A call ended, or a recording was found that has no call of ours; its audio can be captured."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFlagged(Fact):
    """The flag key was pressed in or after a call (記録・フラグ); its recording is kept for long."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSealed(Fact):
    """A recording lies verified in the vault."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPromoted(Fact):
    """A flagged call's recording is kept for long from now on; a buffered one may now become words."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMeasured(Fact):
    """Figures of how loud and when each side of a recording speaks were kept."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionWanted(Fact):
    """A supervisor asked for the words of a recording that is not written down by itself."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonWanted(Fact):
    """Somebody wants to know now which calls were not recorded as they should be (録れていない電話)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionMade(Fact):
    """A person wrote down what they heard instead of the machine's words; it can become a revision."""

    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptSaved(Fact):
    """A revision of a transcript was saved and can be searched."""

    recording: RecordingId
    revision: RevisionId


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Fact):
    """A call belongs to a case (事案) from now on; its recording is kept for the period of cases."""

    incident: IncidentId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class FileArrived(Fact):
    """A recorder's file (録音機のファイル) lies sealed and waits to be read."""

    wanted: ImportId


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFell(Fact):
    """The finding of a case was withdrawn; whatever rests on it falls with it."""

    incident: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleWanted(Fact):
    """An officer asked for what a requester receives (交付用のファイル)."""

    bundle: BundleId


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleMade(Fact):
    """It was made and looked through; a recogniser hears it once more before it may leave."""

    bundle: BundleId
