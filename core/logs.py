"""Logs are chosen facts: ids, counts, durations, codes. Never numbers, names, words, file names or objects.

A field that is not on the list below is dropped before anything is written, and so is the text of an
exception, because a library's message may quote what it choked on.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import MutableMapping
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any, BinaryIO, TextIO, cast

import structlog

LOGGABLE = frozenset(
    {
        "event", "level", "timestamp", "process", "error", "code", "status", "call", "leg", "line",
        "recording", "revision", "job", "task", "attempt", "count", "seconds", "milliseconds", "bytes",
        "samples", "phase", "reason", "correlation", "server", "port", "pid", "signal", "version", "model",
        "path_kind", "kind",
    }
)  # fmt: skip


def choose(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the loggable fields of a line; of an exception, its kind alone."""
    failure = event.pop("exc_info", None)
    if failure:
        kind = failure[0] if isinstance(failure, tuple) else sys.exc_info()[0]
        event["error"] = getattr(kind, "__name__", "unknown")
    return {key: _plain(value) for key, value in event.items() if key in LOGGABLE}


def _sign(
    process: str, _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {**event, "process": process}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


class _Lossy:
    """Loses a line that finds no room, or no terminal: what it speaks of, a call above all, goes on."""

    def __init__(self, lines: TextIO) -> None:
        self._lines = lines

    def write(self, words: str) -> int:
        with suppress(OSError):
            self._lines.write(words)
        return len(words)

    def flush(self) -> None:
        with suppress(OSError):
            self._lines.flush()


class _LibraryLine(logging.Formatter):
    """Says which library spoke and what kind of error it met; never its words, nor those of a traceback."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0] if record.exc_info else None
        told = {
            "event": "library",
            "code": record.name,
            "level": record.levelname.lower(),
            "process": self._process,
        }
        return json.dumps(told if kind is None else {**told, "error": kind.__name__}, ensure_ascii=False)


def place_of(trace: TracebackType | None) -> str:
    """Say where a fault happened, as file and line, and nothing of what it met there."""
    frames = extract_tb(trace)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def tell_faults_of_threads() -> None:
    """Let a thread that fails log the kind of its fault and its place; Python would print its words."""

    def told(failed: threading.ExceptHookArgs) -> None:
        get_log().critical(
            "thread.failed", error=failed.exc_type.__name__, code=place_of(failed.exc_traceback)
        )

    threading.excepthook = told


def start_logging(process: str, output: BinaryIO | None = None) -> None:
    """Write one JSON object per line, every line naming its process.

    Args:
        process: its name
        output: where to; standard error if nothing else is said
    """
    lines = sys.stderr if output is None else TextIOWrapper(output, encoding="utf-8", write_through=True)
    libraries = logging.StreamHandler(lines)
    libraries.setFormatter(_LibraryLine(process))
    logging.basicConfig(level=logging.WARNING, handlers=[libraries])
    structlog.configure(
        processors=[
            partial(_sign, process),  # in every thread alike
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            choose,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Lossy(lines))),
    )


def get_log() -> structlog.typing.FilteringBoundLogger:
    """Return the logger; call it with a dotted event name and chosen fields."""
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return log
