"""Findings told: where they stand, in the words and lines of whoever wrote the file."""

from __future__ import annotations

from core.profile.faults import Fault, Finding, Place
from core.profile.tree import Tree


def told(finding: Finding, tree: Tree) -> Fault:
    """Return a finding with its line."""
    return Fault(
        line=tree.line_of(finding.place),
        where=_where(finding.place, tree.value),
        reason=finding.reason,
        instead=finding.instead,
    )


def _where(place: Place, value: object) -> str:
    """Say a place as a person would: ``lines の3番目（kokuho）の recording``."""
    words: list[str] = []
    for step in place:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
            name = _name_of(value)
            words.append(f"{step + 1}番目（{name}）" if name else f"{step + 1}番目")
        else:
            value = value.get(step) if isinstance(value, dict) else None
            words.append(step)
    return " の ".join(words) or "ファイル全体"


def _name_of(value: object) -> str:
    if isinstance(value, dict):
        for key in ("id", "code"):
            if isinstance(value.get(key), str):
                return str(value[key])
    return ""
