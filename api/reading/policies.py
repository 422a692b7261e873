"""型と行為: types and acts, each with its articles and with what comes near it in other policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.profile.harassment import HarassmentAct, HarassmentType
from core.profile.model import CityProfile
from core.profile.policy import Articles, Counterpart, Policy, articles, counterparts


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySeen:
    """A type or an act as people read it."""

    entry: HarassmentType | HarassmentAct
    articles: Articles
    near: Mapping[str, Sequence[Counterpart]]
    """By policy, in the order of the policies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySeen:
    """One policy beside the others."""

    policy: Policy
    used: bool
    others: Sequence[Policy]
    types: Sequence[EntrySeen]
    acts: Sequence[EntrySeen]


def policy_seen(profile: CityProfile, which: str) -> PolicySeen | None:
    """Return a policy by its id; the one the city uses when none is named; None: there is no such policy."""
    known = profile.policies
    policy = next((one for one in known if not which or one.id == which), None)
    if policy is None:
        return None
    others = [one for one in known if one is not policy and one.entries]
    return PolicySeen(
        policy=policy, used=policy is known[0], others=others,
        types=[_seen(known, policy, one) for one in policy.harassment_types],
        acts=[_seen(known, policy, one) for one in policy.harassment_acts],
    )  # fmt: skip


def near_in_words(profile: CityProfile, called: Mapping[str, str]) -> dict[str, str]:
    """Tell for each code what other policies than the city's own call it; what has nothing is missing.

    Args:
        profile: with the policies of today
        called: names by code; what the city's policy calls otherwise today is another thing, and is left out
    """
    known = profile.policies
    told = {
        one.code: [f"{near.code} {near.name}" for near in counterparts(known, known[0].id, one.code)]
        for one in (known[0].entries if known else ())
        if called.get(one.code) == one.name
    }
    return {code: "、".join(names) for code, names in told.items() if names}


def _seen(known: Sequence[Policy], policy: Policy, entry: HarassmentType | HarassmentAct) -> EntrySeen:
    near = counterparts(known, policy.id, entry.code)
    return EntrySeen(
        entry=entry,
        articles=articles(known, policy, entry.code),
        near={
            other.id: found for other in known if (found := [one for one in near if one.policy == other.id])
        },
    )
