"""What can go wrong between us and Asterisk, in our own words: it refused, or it is away.

An HTTP library's exceptions stop at the client's border. No message of theirs is kept, because it may quote
an address or a number.
"""

from __future__ import annotations


class AriError(Exception):
    """An action could not be performed."""

    def __init__(self, action: str, detail: str) -> None:
        super().__init__(f"{action}: {detail}")
        self.action = action


class AriRefused(AriError):
    """Asterisk answered, and said no: 404 it is gone, 409 not in that state, 422 not possible."""

    def __init__(self, status: int, action: str) -> None:
        super().__init__(action, str(status))
        self.status = status


class AriAway(AriError):
    """Asterisk did not answer within the limit. The action may or may not have been performed."""

    def __init__(self, action: str) -> None:
        super().__init__(action, "no answer")


class ApplicationTakenOver(Exception):
    """Another process connected under our application's name: we hear nothing any more, and must end."""
