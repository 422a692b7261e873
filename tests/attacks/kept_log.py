"""What is logged while something is tried: the program's own lines, its libraries', and refused knocks."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from core.logs import _LibraryLine, choose


@dataclass(slots=True)
class KeptLog:
    """Lines as they would stand in the log file."""

    output: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        """All of it."""
        return self.output.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        """Return every line, read."""
        return [json.loads(one) for one in self.text.splitlines()]

    def events(self) -> set[str]:
        """Return what was said: each event, and with its code, its reason or the kind of its error."""
        said: set[str] = set()
        for line in self.lines():
            event = str(line["event"])
            said |= {
                event,
                *(f"{event}:{line[name]}" for name in ("code", "reason", "error") if name in line),
            }
        return said


@contextmanager
def kept_log() -> Generator[KeptLog]:
    """Keep what is logged in the block, written as in service."""
    kept = KeptLog()
    before = structlog.get_config()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level, choose, structlog.processors.JSONRenderer(ensure_ascii=False)
        ],
        logger_factory=structlog.PrintLoggerFactory(kept.output),  # type: ignore[arg-type]
    )  # fmt: skip
    libraries = logging.StreamHandler(kept.output)
    libraries.setFormatter(_LibraryLine("test"))
    libraries.setLevel(logging.WARNING)
    logging.getLogger().addHandler(libraries)
    try:
        yield kept
    finally:
        logging.getLogger().removeHandler(libraries)
        structlog.configure(**before)
