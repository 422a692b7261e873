"""Brings a channel that listens to one side of a call to the recogniser of live text.

Secret and address are set by us on that channel alone (`telephony/live/live_calls.py`); nothing of a caller
is in them. It ends with its stream, also where the recogniser is away, and the call does not notice.
"""

from __future__ import annotations

from telephony.asterisk_config.steps import priorities

CONTEXT = "live-text"


def render_live_text() -> str:
    """Return the context."""
    return f"[{CONTEXT}]\n" + priorities(
        "s", "AudioSocket(${TSUWAROKU_STREAM},${TSUWAROKU_LISTENER})", "Hangup()"
    )
