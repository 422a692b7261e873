"""Sections of the city hall (課), a tree within each 実施機関: who answers for one, answers below."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from core.ids import DepartmentId
from core.profile.part import Part
from core.profile.recording import Outbound


class Department(Part):
    """A section of the city hall (課)."""

    id: DepartmentId = Field(examples=["hoken-nenkin"])
    name: str = Field(examples=["保険年金課"])
    agency: str = Field(examples=["shicho"])
    under: DepartmentId | None = Field(
        default=None, description="the section it belongs to, of the same agency", examples=["fukushi-bu"]
    )
    outbound: Outbound | None = Field(
        default=None, description="calls going out", examples=['{recording: never, number: "0312345678"}']
    )


def with_those_below(
    departments: Collection[Department], held: Collection[DepartmentId]
) -> frozenset[DepartmentId]:
    """Return some departments and all that stand below them, however deep.

    Args:
        departments: of the city; the loader has proven that none stands below itself
        held: those that somebody is named for; an id that the city no longer has stays as it is
    """
    reached = frozenset(held)
    while below := {one.id for one in departments if one.under in reached} - reached:
        reached |= below
    return reached
