"""Why somebody who was called is not there: one word for it, which whoever called them is shown. Pure."""

from __future__ import annotations

from telephony.call import events as on

GONE = "gone"
"""Hung up, or not there any more, without one of the causes below."""

_WORDS = {
    on.Cause.BUSY: "busy",
    on.Cause.REJECTED: "busy",
    on.Cause.NO_ANSWER: "no-answer",
    on.Cause.UNREACHABLE: "unreachable",
    on.Cause.UNCERTAIN: "unreachable",
}


def absence(cause: on.Cause) -> str:
    """Say why, as ``calls.consult_result`` and the rows of people outside keep it."""
    return _WORDS.get(cause, GONE)
