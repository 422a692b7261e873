"""Whether a page offers the words of a call that goes on (速報), asks for a note first, or has them open.

The door is ``api.reading.live_text``: it alone decides. Where nothing is to be offered, no panel is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.reading.live_text import may_take_notes, may_watch
from core.actors import Actor
from core.ids import CallId
from core.profile.model import CityProfile
from storage.live_watch import has_grant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAlong:
    """The panel of one call, for whoever looks."""

    may_watch: bool
    """False: as soon as they have written a note."""
    watching: bool
    """They have pressed the button in this session: the words are there at once."""


def reading_along(
    connection: Connection, actor: Actor, call: CallId, profile: CityProfile, now: datetime
) -> ReadingAlong | None:
    """Return what the panel shows of a call; None: there is none, for this person."""
    if may_watch(connection, actor, call, profile) is not None:
        return ReadingAlong(may_watch=True, watching=has_grant(connection, actor, call, now))
    if may_take_notes(connection, actor, call, profile):
        return ReadingAlong(may_watch=False, watching=False)
    return None
