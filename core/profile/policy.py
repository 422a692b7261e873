"""A policy against harassment as data: its types and acts, and what comes near them in other policies. Pure.

What is alike is our own ordering for reading one policy beside another; no policy says it. Nothing here
judges: which type an act is, people find.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import Field, PrivateAttr

from core.profile.harassment import HarassmentAct, HarassmentType
from core.profile.part import Part

OWN_POLICY = "own"
"""The id of lists that stand in the profile itself; a file may not bear it."""


class Policy(Part):
    """Types and acts of one policy. Names are its own; what stands beside them is told in short."""

    schema_version: int = Field(default=1, strict=True, examples=["1"])
    id: str = Field(examples=["shinagawa"])
    name: str = Field(examples=["職員のカスタマー・ハラスメント対応要領"])
    origin: str = Field(description="whose it is, and since when", examples=["さくら市、令和8年4月1日施行"])
    harassment_types: tuple[HarassmentType, ...] = ()
    harassment_acts: tuple[HarassmentAct, ...] = ()

    @property
    def entries(self) -> tuple[HarassmentType | HarassmentAct, ...]:
        """Return types, then acts."""
        return (*self.harassment_types, *self.harassment_acts)

    def entry(self, code: str) -> HarassmentType | HarassmentAct | None:
        """Return the type or act of a code."""
        return next((one for one in self.entries if one.code == code), None)


class WithPolicy(Part):
    """What of a profile says by which policy the city works: its name, or lists of the city's own."""

    name: str = Field(examples=["さくら市"])
    policy: str | None = Field(
        default=None, description="a file of policies/ with types and acts", examples=["shinagawa"]
    )
    harassment_types: tuple[HarassmentType, ...] = ()
    harassment_acts: tuple[HarassmentAct, ...] = ()
    _policies: tuple[Policy, ...] = PrivateAttr(default=())

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Return every policy that is known here, the one the city works by first."""
        return self._policies

    def knowing(self, policies: Sequence[Policy]) -> Self:
        """Return the same profile that knows policies: they stand in files of their own."""
        known = self.model_copy()
        used = next((one for one in policies if one.id == self.policy), None) or Policy(
            id=OWN_POLICY, name=f"{self.name}の設定", origin="市の設定ファイル",
            harassment_types=self.harassment_types, harassment_acts=self.harassment_acts,
        )  # fmt: skip
        known._policies = (used, *(one for one in policies if one is not used))  # noqa: SLF001  its own
        return known


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What comes near a type or an act in another policy."""

    policy: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles of statutes, never penalties: those change, and no record needs them."""

    names: tuple[str, ...]
    borrowed: bool
    """Whether the policy names none here, and they are those of the types and acts that it comes near."""


_Place = tuple[str, str]


def counterparts(policies: Sequence[Policy], policy: str, code: str) -> tuple[Counterpart, ...]:
    """Return what a type or act comes near in every other policy, in the order of the policies.

    It holds both ways, whichever file says it, and never by way of a third policy: what is wide there
    (要求) would make neighbours of things that have nothing to do with each other.
    """
    near = _near(policies, (policy, code))
    return tuple(
        Counterpart(other.id, entry.code, entry.name)
        for other in policies
        for entry in other.entries
        if (other.id, entry.code) in near
    )


def articles(policies: Sequence[Policy], policy: Policy, code: str) -> Articles:
    """Return the articles that a type or act falls under: its own, or those of what it comes near."""
    entry = policy.entry(code)
    own = entry.statutes if entry else ()
    if own or entry is None:
        return Articles(own, borrowed=False)
    types = entry.types if isinstance(entry, HarassmentAct) else ()
    near = {(policy.id, one) for one in types} | _near(policies, (policy.id, code))
    found = dict.fromkeys(
        name
        for other in policies
        for one in other.entries
        if (other.id, one.code) in near
        for name in one.statutes
    )
    return Articles(tuple(found), borrowed=bool(found))


def written_alike(mention: str) -> _Place:
    """Split ``taito/V2b`` into policy and code; what has no policy stays without one."""
    policy, _, code = mention.rpartition("/")
    return policy, code


def _near(policies: Sequence[Policy], start: _Place) -> set[_Place]:
    return {there if here == start else here for here, there in _links(policies) if start in {here, there}}


def _links(policies: Sequence[Policy]) -> Iterator[tuple[_Place, _Place]]:
    for policy in policies:
        for one in policy.entries:
            for mention in one.alike:
                yield (policy.id, one.code), written_alike(mention)
