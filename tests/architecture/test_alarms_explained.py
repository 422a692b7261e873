"""Whoever meets an alarm is told in Japanese what happened and what to do: on the page and in the guide.

The codes are read out of the source itself. A new way to hand a code on that cannot be followed here fails
too, so that no alarm can slip past.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from api.alarm_texts import ALARM_TEXTS
from runtime.wiring import QUEUES
from telephony.capture.findings import WORTH_AN_ALARM

ROOMS = ("core", "storage", "telephony", "transcription", "incidents", "api", "runtime")
GUIDE = Path("docs/operations.md").read_text(encoding="utf-8")

SPELT_FROM_PARTS = {
    "recording-{finding}": {f"recording-{one.value}" for one in WORTH_AN_ALARM},
    "job-parked-{job.task_name.replace('_', '-')}": {
        f"job-parked-{task.replace('_', '-')}" for task in QUEUES
    },
}
CODES_SEEN_BEFORE = {
    ("runtime/watch.py", "limit.code"),  # of a Limit, whose codes are collected
    ("telephony/call/machine.py", "event.code"),  # of a TroubleSeen, whose codes are collected
    ("telephony/journal/call_writing.py", "code"),  # of the alarms that the machine asked for, collected too
}


@dataclass
class Source:
    """All files, and what raises an alarm: (file, name) → place of the code; a file of "" is every file."""

    files: dict[str, ast.Module]
    raising: dict[tuple[str, str], int] = field(
        default_factory=lambda: {
            ("", "raise_alarm"): 1,
            ("", "RaiseAlarm"): 0,
            ("", "TroubleSeen"): 1,
            ("", "Limit"): 1,  # of a watch
        }
    )
    codes: set[str] = field(default_factory=set[str])
    unclear: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    @classmethod
    def read(cls) -> Source:
        """Read the project and follow its codes until nothing new raises an alarm."""
        paths = [path for room in ROOMS for path in Path(room).rglob("*.py")]
        source = cls({str(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths})
        known = 0
        while known != len(source.raising):
            known = len(source.raising)
            source.codes.clear()
            source.unclear.clear()
            for path, module in source.files.items():
                source._follow(path, module)
        return source

    def _follow(self, path: str, module: ast.Module) -> None:
        for function in _functions(module):
            names = [one.arg for one in function.args.args if one.arg != "self"]
            for call in _calls(function):
                name = (
                    call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                )
                place = self.raising.get((path, name), self.raising.get(("", name)))
                if place is None:
                    continue
                code = _argument(call, place)
                if isinstance(code, ast.Name) and code.id in names:
                    where = path if function.name.startswith("_") else ""
                    self.raising[where, function.name] = names.index(code.id)
                else:
                    self._note(path, module, function, code)

    def _note(self, path: str, module: ast.Module, function: ast.FunctionDef, code: ast.expr) -> None:
        match code:
            case ast.Constant(value=str() as text):
                self.codes.add(text)
            case ast.IfExp(body=one, orelse=other):
                self._note(path, module, function, one)
                self._note(path, module, function, other)
            case ast.JoinedStr():
                self.codes |= SPELT_FROM_PARTS[ast.unparse(code)[2:-1]]
            case ast.Name(id=name) if value := _assigned(function, name) or _assigned(module, name):
                self._note(path, module, function, value)
            case ast.Attribute(value=ast.Name(id=name), attr="code") if value := self._code_of_class(name):
                self._note(path, module, function, value)
            case _:
                self.unclear.add((path, ast.unparse(code)))

    def _code_of_class(self, name: str) -> ast.expr | None:
        for module in self.files.values():
            for node in module.body:
                if isinstance(node, ast.ClassDef) and node.name == name:
                    return _assigned(node, "code")
        return None


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.AsyncFunctionDef):
            yield ast.FunctionDef(name=node.name, args=node.args, body=node.body, decorator_list=[])
        elif isinstance(node, ast.FunctionDef):
            yield node


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for statement in function.body:
        yield from (node for node in ast.walk(statement) if isinstance(node, ast.Call))


def _argument(call: ast.Call, place: int) -> ast.expr:
    named = next((one.value for one in call.keywords if one.arg == "code"), None)
    return named if named is not None else call.args[place]


def _assigned(scope: ast.Module | ast.FunctionDef | ast.ClassDef, name: str) -> ast.expr | None:
    for statement in scope.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign) and any(ast.unparse(one) == name for one in node.targets):
                return node.value
    return None


def test_every_alarm_that_can_be_raised_says_in_japanese_what_to_do() -> None:
    source = Source.read()

    assert source.unclear == CODES_SEEN_BEFORE
    assert len(source.codes) > 20
    assert source.codes - set(ALARM_TEXTS) == set()


def test_the_guide_explains_every_alarm_in_the_words_of_the_page() -> None:
    table = [
        line for line in GUIDE.splitlines() if line.startswith("| `") and line.split("`")[1] in ALARM_TEXTS
    ]
    expected = [f"| `{code}` | {one.title} | {one.advice} |" for code, one in ALARM_TEXTS.items()]

    assert table == expected, "docs/operations.md should hold:\n" + "\n".join(expected)
