"""Whoever orders something of a call reads in Japanese what became of it: no answer lacks words of its own.

The codes are read out of the source: what the call machine answers with, and what is named beside the orders.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from api.order_texts import ORDER_NAMES, result_text
from storage.call_orders import TOO_LATE
from telephony.call import orders

SAID_OF_ANYTHING = result_text("hold", "a code that nobody knows")


def codes() -> set[str]:
    """Return every code that an order can be answered with."""
    named = {value for name, value in vars(orders).items() if name.isupper() and isinstance(value, str)}
    return named | set(_answered_with()) | {TOO_LATE}


def _answered_with() -> Iterator[str]:
    for path in Path("telephony/call").glob("*.py"):
        module = importlib.import_module(".".join(path.with_suffix("").parts))
        for call in (
            one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call)
        ):
            if getattr(call.func, "id", "") == "answered" and isinstance(call.args[2], ast.Name):
                code = getattr(module, call.args[2].id, None)
                if isinstance(code, str):
                    yield code


def test_every_answer_to_an_order_has_words_of_its_own() -> None:
    found = codes()

    assert found >= {"done", "busy", "explain-first", "offer-other-way", "too-late"}
    assert {code for code in found if result_text("refuse-recording", code) == SAID_OF_ANYTHING} == set()


def test_every_order_has_a_name_that_people_read() -> None:
    assert set(ORDER_NAMES) == {kind.value for kind in orders.OrderKind}
