"""Lets the process that captures a recording die at any step that it takes with what is around it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from core.ids import CallId
from tests.fixtures_capture import BackRoom


class Mortal:
    """Lets the process die at the n-th step that it takes with anything around it."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at = dies_at
        self.steps = 0

    def around(self, thing: object) -> Any:  # noqa: ANN401  it stands in for anything
        return _Around(thing, self)

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            raise SystemExit("killed")


class _Around:
    """Passes every call on; the process may die just before it or just after it."""

    def __init__(self, thing: object, mortal: Mortal) -> None:
        self._thing, self._mortal = thing, mortal

    def __getattr__(self, name: str) -> Callable[..., object]:
        def act(*args: object, **kwargs: object) -> object:
            self._mortal.step()
            done = getattr(self._thing, name)(*args, **kwargs)
            self._mortal.step()
            return _OnItsWay(done, self._mortal) if name == "open" else done

        return act


class _OnItsWay:
    """A file from Asterisk; the process may die at every read of it, in the weighing and in the sealing."""

    def __init__(self, opened: Any, mortal: Mortal) -> None:  # noqa: ANN401  as above
        self._opened, self._mortal = opened, mortal

    def __enter__(self) -> Any:  # noqa: ANN401
        file = _Around(self._opened.__enter__(), self._mortal)
        file.size = file._thing.size  # type: ignore[attr-defined]
        return file

    def __exit__(self, *what: object) -> None:
        self._opened.__exit__(*what)


def mortal_run(back_room: BackRoom, call: CallId, dies_at: int) -> int:
    """Run until the death; return the steps that were taken."""
    mortal = Mortal(dies_at)
    capture = back_room.capture(
        asterisk=mortal.around(back_room.asterisk),
        vault=mortal.around(back_room.vault()),
        announcer=mortal.around(back_room.announcer),
    )
    with contextlib.suppress(SystemExit):
        capture(call)
    return mortal.steps
