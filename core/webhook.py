"""What a receiver is told and how it knows that it is from us. Pure.

Signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com): HMAC-SHA-256 over id, time and body.
So a receiver can use what exists, refuse what is old, and count twice-told things once. Ids and kinds go out
alone: whoever wants more asks the API, under the rights of a person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

SECRET_PREFIX = "whsec_"  # noqa: S105  the standard's own


class Event(StrEnum):
    """What receivers can be told of."""

    CALL_RINGING = "call.ringing"
    CALL_ENDED = "call.ended"
    SIGNAL_FOUND = "signal.found"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_DECIDED = "incident.decided"
    ALERT_PLACED = "alert.placed"
    ALERT_WITHDRAWN = "alert.withdrawn"


def webhook_secret(key: bytes, webhook: UUID) -> str:
    """Return a receiver's secret: derived from a key of ours and its id, so that it lies in no database."""
    derived = hmac.digest(key, b"webhook " + webhook.bytes, hashlib.sha256)
    return SECRET_PREFIX + base64.b64encode(derived).decode()


def webhook_body(event: str, subject: str, department: str, at: datetime) -> bytes:
    """Return what is told: which kind of thing became true, of which id, in which department, when."""
    data = {"kind": event.partition(".")[0], "id": subject, "department": department}
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": data}).encode()


def signed_headers(secret: str, delivery: UUID, body: bytes, now: datetime) -> Mapping[str, str]:
    """Return the headers by which a receiver knows the message: id, time of sending, signature."""
    sent = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = b".".join((str(delivery).encode(), sent.encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": str(delivery),
        "webhook-timestamp": sent,
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }
