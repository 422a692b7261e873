"""Files of policies: those that come with the program, and those that lie in ``policies/`` beside a profile.

A city's own file wins over one of the same name. All are read, also those a profile does not use: the console
shows each beside the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from core.profile import rules, rules_policy
from core.profile.draft import draft_of
from core.profile.faults import Fault, Finding, ProfileFaults
from core.profile.file_text import decode, find_typing_traps, read_text, without_false_line_ends
from core.profile.names import ID
from core.profile.policy import Policy
from core.profile.shape import shape_findings
from core.profile.telling import told
from core.profile.tree import read_tree

SHIPPED = Path(__file__).resolve().parents[2] / "profiles" / "policies"
_RULES = (
    rules.schema_version_is_known,
    rules.ids_are_well_formed,
    rules.ids_are_unique,
    rules.mentions_exist,
    rules.texts_can_be_read,
    *rules_policy.RULES,
    rules_policy.codes_are_unique,
)


def policies_for(profile: object, folder: Path) -> tuple[tuple[Policy, ...], list[Finding]]:
    """Return the policies that a profile can name, and what is wrong with them or with the name.

    Args:
        profile: its values, as far as they can be understood
        folder: where it lies
    """
    found, findings = dict[str, Policy](), list[Finding]()
    for name, path in sorted(_files(folder).items()):
        try:
            found[name] = _policy(name, read_text(path))
        except ProfileFaults as failure:
            findings += [_in_file(name, one) for one in failure.faults]
    policies = tuple(found.values())
    findings += [
        finding
        for one in policies
        for finding in rules_policy.mentions_are_known(
            draft_of(one.model_dump(mode="json")), policies, own=one.id, place=("policy",)
        )
    ]
    return policies, findings or list(rules_policy.policy_is_known(draft_of(profile), policies))


def with_lists_of_its_policy(profile: object, policies: tuple[Policy, ...]) -> object:
    """Return the values of a profile with the types and acts of the policy that it names."""
    if not isinstance(profile, dict):
        return profile
    values = cast("dict[str, Any]", profile)
    used = next((one for one in policies if one.id == values.get("policy")), None)
    if used is None:
        return values
    lists = used.model_dump(mode="json", include={"harassment_types", "harassment_acts"})
    return {**values, **lists}


def read_policy(name: str, content: bytes) -> Policy:
    """Return the checked policy of a file's bytes; ``name`` is the file's, without its ending.

    Raises:
        ProfileFaults: with everything that is wrong
    """
    return _policy(name, decode(content))


@lru_cache(maxsize=32)
def _policy(name: str, text: str) -> Policy:
    traps = find_typing_traps(text)
    tree = read_tree(without_false_line_ends(text))
    draft = draft_of(tree.value)
    findings = [
        *tree.findings,
        *shape_findings(tree.value, tree.raw_numbers, Policy),
        *(finding for rule in _RULES for finding in rule(draft)),
        *rules_policy.name_is_the_files(draft, name),
    ]
    if findings or traps:
        raise ProfileFaults([*traps, *(told(one, tree) for one in findings)])
    return Policy.model_validate(tree.value)


def _files(folder: Path) -> Mapping[str, Path]:
    return {
        one.stem: one
        for place in (SHIPPED, folder / "policies")
        for one in _listed(place)
        if ID.fullmatch(one.stem)
    }


def _listed(place: Path) -> Iterator[Path]:
    # A folder that cannot be read holds nothing: what is missing then is told where the profile names it.
    try:
        yield from place.glob("*.yaml")
    except OSError:
        return


def _in_file(name: str, fault: Fault) -> Finding:
    return Finding(
        place=("policy",),
        reason=f"policies/{name}.yaml の{fault.line}行目（{fault.where}）: {fault.reason}",
        instead=fault.instead,
    )
