"""Words of people that want into the log: as a line of its own, as a fault's message, as a library's."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import structlog

from api import guard
from api.reading.calls import CallsSeen
from core import logs
from core.logs import LOGGABLE, get_log
from tests.attacks.attack import Attack, Guard
from tests.attacks.switches import patched

if TYPE_CHECKING:
    from tests.fixtures_attacked_hall import AttackedHall

NUMBER = "0399887755"
FORGED = 'x"}\n{"event": "sign_in.ok", "reason": "y'


def stands_there(hall: AttackedHall) -> bool:
    assert hall.log is not None
    return NUMBER in hall.log.text


def fault_is_quoted(hall: AttackedHall) -> bool:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(NUMBER)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CallsSeen, "newest", fail)
        assert hall.kanri.get("/calls").status_code == 500
    return stands_there(hall)


def library_is_quoted(hall: AttackedHall) -> bool:
    logging.getLogger("psycopg").warning("no such caller: %s", NUMBER)
    return stands_there(hall)


def field_is_kept(hall: AttackedHall) -> bool:
    get_log().warning("call.odd", caller=NUMBER)
    return stands_there(hall)


def line_is_forged(hall: AttackedHall) -> bool:
    get_log().warning("call.odd", reason=FORGED)
    assert hall.log is not None
    return "sign_in.ok" in hall.log.events()


@contextmanager
def words_of_faults(_hall: AttackedHall) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "type", lambda fault: SimpleNamespace(__name__=str(fault)), raising=False)
        yield


def words_of_libraries(_line: object, record: logging.LogRecord) -> str:
    return json.dumps({"event": "library", "code": record.getMessage()})


def spliced(_renderer: object, _logger: object, _name: str, event: dict[str, object]) -> str:
    return "{" + ", ".join(f'"{name}": "{one}"' for name, one in sorted(event.items())) + "}"


ATTACKS = (
    Attack(
        name="a number in the words of a fault", told="console.failed", attempt=fault_is_quoted,
        guard=Guard(name="api.guard: of a fault, its kind alone", away=words_of_faults),
    ),
    Attack(
        name="a number in the words of a library", told="library", attempt=library_is_quoted,
        guard=patched(logs._LibraryLine, "format", words_of_libraries),
    ),
    Attack(
        name="a number in a field that nobody chose", told="call.odd", attempt=field_is_kept,
        guard=patched(logs, "LOGGABLE", LOGGABLE | {"caller"}),
    ),
    Attack(
        name="a line of one's own, after a line's end", told="call.odd", attempt=line_is_forged,
        guard=patched(structlog.processors.JSONRenderer, "__call__", spliced),
    ),
)  # fmt: skip
