"""The rows of live text in memory: who watches, and which streams are permitted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from core.ids import CallId
from storage.database import DatabaseAway
from storage.live_streams import Stream, StreamSecret, Watched
from storage.live_text import Following


class LiveRows:
    """Both sides' rows. ``watched``: call → flagged; ``away``: the database cannot be reached."""

    def __init__(self) -> None:
        self.watched: dict[CallId, bool] = {}
        self.streams: dict[StreamSecret, Stream] = {}
        self.told: list[Mapping[CallId, Following]] = []
        self.sweeps = 0
        self.away = False

    def look(self, led: Collection[CallId], *, always: bool) -> Watched:
        """Say which of these calls somebody watches, and what is open for them."""
        self._reach()
        wanted = {call: self.watched.get(call, False) for call in led if always or call in self.watched}
        return Watched(
            flagged=wanted,
            open=frozenset((one.call, one.track) for one in self.streams.values() if one.call in led),
        )

    def begin(self, secret: StreamSecret, call: CallId, track: str) -> bool:
        """Permit a stream."""
        self._reach()
        self.streams[secret] = Stream(secret=secret, call=call, track=track)
        return True

    def end(self, calls: Collection[CallId]) -> None:
        """Take back the permission of every stream of these calls."""
        self._reach()
        self.streams = {secret: one for secret, one in self.streams.items() if one.call not in calls}

    def all(self) -> Sequence[Stream]:
        """Return every permitted stream."""
        self._reach()
        return list(self.streams.values())

    def forget(self, secrets: Collection[StreamSecret]) -> None:
        """Take out streams."""
        self._reach()
        for secret in secrets:
            self.streams.pop(secret, None)

    def forget_all(self) -> None:
        """Take out every stream."""
        self._reach()
        self.streams.clear()

    def grow_old(self) -> None:
        """Let the time pass in which a stream should have come."""
        self.streams = {secret: replace(one, old=True) for secret, one in self.streams.items()}

    def tell(self, states: Mapping[CallId, Following], changed: Collection[CallId]) -> None:
        """Say how calls are followed."""
        self._reach()
        self.told.append(dict(states))

    def sweep(self) -> None:
        """Delete what belongs to calls that are over."""
        self._reach()
        self.sweeps += 1

    def _reach(self) -> None:
        if self.away:
            raise DatabaseAway
