"""What is wrong with a profile: all faults at once, each with line, reason and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import DomainError

Place = tuple[str | int, ...]
"""The way from the top of the profile to a value: ``("lines", 2, "recording")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong at a place, before its line is known. Texts are Japanese, for the city hall."""

    place: Place
    reason: str
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong in the file. ``line`` counts from 1."""

    line: int
    where: str
    reason: str
    instead: str


class ProfileFaults(DomainError):
    """The city profile cannot be used."""

    code = "profile-faults"
    http_status = 422

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda one: (one.line, one.where)))
        super().__init__(f"設定ファイルに直すところが{len(self.faults)}件あります。")
