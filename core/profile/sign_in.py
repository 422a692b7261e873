"""Signing in, as the city wants it: who shows a second factor, and what groups at its provider may do."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from core.actors import Role
from core.ids import DepartmentId
from core.profile.part import Part


class GroupRights(Part):
    """What somebody in a group of the provider's may do here. Of several groups all rights count."""

    group: str = Field(min_length=1, examples=["tsuwaroku-hoken"])
    roles: tuple[Role, ...] = Field(min_length=1, examples=["[operator]"])
    departments: tuple[DepartmentId, ...] = Field(default=(), examples=["[hoken-nenkin]"])


class SignInRules(Part):
    """What the city asks of people who sign in."""

    second_factor: tuple[Role, ...] = Field(
        default=(),
        description="roles that sign in with a code of a telephone beside the password",
        examples=["[administrator]"],
    )
    groups: tuple[GroupRights, ...] = ()

    def asks_second_factor(self, roles: frozenset[Role]) -> bool:
        """Whether somebody in these roles must have one."""
        return not roles.isdisjoint(self.second_factor)

    def rights_of(self, groups: Collection[str]) -> tuple[frozenset[Role], frozenset[DepartmentId]]:
        """Return roles and departments of somebody in these groups; both are empty for a stranger."""
        held = [one for one in self.groups if one.group in groups]
        return (
            frozenset(role for one in held for role in one.roles),
            frozenset(department for one in held for department in one.departments),
        )
