"""Names of the telephones that ring for help: legs of their own, which belong to no citizen's call."""

from __future__ import annotations

from uuid import UUID

PREFIX = "hp-"


def help_leg(request: UUID, tried: int) -> str:
    """Name the leg of the n-th telephone that is tried for a request."""
    return f"{PREFIX}{request}-{tried}"


def is_help_leg(channel: str) -> bool:
    """Say whether a channel is a telephone that rings for help."""
    return channel.startswith(PREFIX)
