"""Whom of outside the hall operators may bring into a call (外部の方), and what those are told first.

Without these keys nobody can: a citizen's call is the hall's to answer. Whoever comes hears the announcement
before they are joined, and the hall's operator stays.
"""

from __future__ import annotations

from pydantic import Field

from core.ids import DepartmentId
from core.profile.part import Part


class OutsideParty(Part):
    """Somebody outside the hall whom the city works with: an interpreter, a lawyer, a police station."""

    id: str = Field(examples=["tsuyaku"])
    name: str = Field(examples=["多言語通訳センター"])
    number: str = Field(
        description="from the area code on, digits only; no emergency number", examples=['"0300000901"']
    )


class Outside(Part):
    """外部の方との三者通話."""

    announcement: str = Field(
        default="",
        description="told to whoever is brought in, before the caller hears them; without it nobody is",
        examples=["gaibu"],
    )
    parties: tuple[OutsideParty, ...] = Field(default=())
    numbers: bool = Field(
        default=False, strict=True, description="operators may also type a number", examples=["false"]
    )
    departments: tuple[DepartmentId, ...] = Field(
        default=(), description="who may do so; none written: every department", examples=["[fukushi]"]
    )
    trunk: str = Field(
        default="",
        description="by which of the trunks; none written: the first that has a contact",
        examples=["denwa-kaisha"],
    )
    ring_seconds: int = Field(default=40, strict=True, ge=5, le=120, examples=["40"])

    def reachable(self, department: DepartmentId, *, practice: bool) -> tuple[str, ...]:
        """Name whom a department's operators may bring in; in practice nobody is called from work."""
        return tuple(one.id for one in self.parties) if self._may(department, practice=practice) else ()

    def numbers_typed(self, department: DepartmentId, *, practice: bool) -> bool:
        """Say whether a department's operators may type a number."""
        return self.numbers and self._may(department, practice=practice)

    def party(self, party: str) -> OutsideParty | None:
        """Find somebody by id."""
        return next((one for one in self.parties if one.id == party), None)

    def _may(self, department: DepartmentId, *, practice: bool) -> bool:
        return bool(self.announcement) and not practice and department in (self.departments or (department,))
