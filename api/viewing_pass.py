"""What lets a page of 閲覧・聴取 fetch a bundle's files: begun by a press, in one session, for a while.

It stands in the page's address and is worth nothing outside of that session: who else has the address has no
session that it fits.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

LASTS = timedelta(hours=2)


def viewing_pass(key: bytes, session: bytes, bundle: UUID, now: datetime) -> str:
    """Return a pass for a bundle, in this session (its hash), from now on."""
    until = int((now + LASTS).timestamp())
    return f"{until}-{_mark(key, session, bundle, until)}"


def passes(written: str, key: bytes, session: bytes, bundle: UUID, now: datetime) -> bool:
    """Say whether a pass is one for this bundle in this session, and not over."""
    until, _, mark = written.partition("-")
    if not (until.isascii() and until.isdecimal() and len(until) < 12 and mark.isascii()):  # noqa: PLR2004
        return False
    fits = hmac.compare_digest(mark, _mark(key, session, bundle, int(until)))
    return fits and now.timestamp() < int(until)


def _mark(key: bytes, session: bytes, bundle: UUID, until: int) -> str:
    words = b"viewing\0" + session + bundle.bytes + until.to_bytes(8, "big")
    return hmac.digest(key, words, hashlib.sha256).hex()
