"""What the look through a finished bundle says before it may leave. Values alone."""

from __future__ import annotations

from dataclasses import dataclass

from disclosure.bundle.finding import Finding
from disclosure.bundle.left_out import AlsoSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakReport:
    """What was found, and what a person has still to judge."""

    findings: tuple[Finding, ...]
    also_said: tuple[AlsoSaid, ...]
    """Words that are left out in one place and may be read in another: told, never passed in silence."""
    heard_again: bool
    """The passages were also given to a recogniser."""

    @property
    def clean(self) -> bool:
        """Nothing that is left out was found. What was ``also_said`` is for a person to judge."""
        return not self.findings
