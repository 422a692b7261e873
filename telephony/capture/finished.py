"""Whether Asterisk has finished a recording: its done marker, or the channel's absence and the headers.

The dialplan leaves the marker in its record of the call once it has closed both files. A server that died
leaves none: then the channel must be gone, and a header that tells the length says that its file was
finished, because it is written last. Pure.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from core.errors import DomainError
from telephony.capture.both_tracks import BothTracks
from telephony.capture.dialplan_facts import says_closed

SETTLING = timedelta(seconds=5)
"""So long after a hang-up an unfinished header may still be finished; later its writer is dead."""


class RecordingNotFinished(DomainError):
    """The call's recording is still being written. It is fetched when it is complete."""

    code = "recording-not-finished"
    http_status = HTTPStatus.CONFLICT


def is_finished(tracks: BothTracks, record: bytes | None, hung_up: timedelta | None, *, live: bool) -> bool:
    """Say whether nothing more will be written.

    Args:
        tracks: what there is of both files, looked at after ``record`` was read
        record: Asterisk's own record of the call; None if it left none
        hung_up: so long ago the call ended; None if nobody saw it end
        live: whether its channel was up before the tracks were looked at
    """
    if record is not None and says_closed(record):
        return True
    found = tracks.found
    # An empty file's header agrees with it from its first moment on.
    if live and not (found and all(track.final and track.count for track in found)):
        return False
    settled = hung_up is None or hung_up >= SETTLING
    return settled or all(track.final for track in found)
