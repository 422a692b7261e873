"""The rows of voice measures: one for each recording, of the newest rules."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from core.ids import RecordingId
from transcription.voice.measures import VoiceMeasures

_JSON = TypeAdapter(VoiceMeasures)
_KEEP = text(
    "INSERT INTO voice_measures (recording_id, version, measures, measured_at)"
    " VALUES (:recording, :version, CAST(:measures AS jsonb), :at)"
    " ON CONFLICT (recording_id) DO UPDATE"
    " SET version = excluded.version, measures = excluded.measures, measured_at = excluded.measured_at"
)
_VERSION = text("SELECT version FROM voice_measures WHERE recording_id = :recording")
_MEASURES = text("SELECT measures FROM voice_measures WHERE recording_id = :recording")


def keep_measures(
    connection: Connection, recording: RecordingId, measures: VoiceMeasures, now: datetime
) -> None:
    """Keep what was measured; newer rules take the place of older ones."""
    connection.execute(
        _KEEP,
        {
            "recording": recording,
            "version": measures.version,
            "measures": _JSON.dump_json(measures).decode(),
            "at": now,
        },
    )


def measured_version(connection: Connection, recording: RecordingId) -> str | None:
    """Tell by which rules a recording was measured; None where it was not."""
    version: str | None = connection.execute(_VERSION, {"recording": recording}).scalar_one_or_none()
    return version


def measures_of(connection: Connection, recording: RecordingId) -> VoiceMeasures | None:
    """Return what was measured, if the connection's actor may see it."""
    row = connection.execute(_MEASURES, {"recording": recording}).one_or_none()
    return None if row is None else _JSON.validate_python(row.measures)
