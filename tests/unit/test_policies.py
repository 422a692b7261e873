"""Policies lie in files of their own; each can be read beside the others, and a fault in one is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from core.profile.faults import Fault, ProfileFaults
from core.profile.loading import load_profile
from core.profile.policies import read_policy
from core.profile.policy import articles, counterparts
from tests.fixtures_profile import PROFILES, ProfileFile

FOLDER = PROFILES / "policies"
POLICIES = load_profile(PROFILES / "sakura.yaml").policies
USED = POLICIES[0]
OWN_LISTS = """
harassment_types:
  - {code: K1, name: 暴言, definition: 大声や侮辱, alike: [shinagawa/T1], source: 市の要領}
"""


def test_three_policies_come_with_the_program() -> None:
    told = {one.id: (len(one.harassment_types), len(one.harassment_acts)) for one in POLICIES}

    assert told == {"shinagawa": (9, 13), "kihon-hoshin": (10, 0), "taito": (0, 16)}
    assert USED.id == "shinagawa"
    assert all(one.origin for one in POLICIES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_reader_of_yaml_reads_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert yaml.safe_load(text) == YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    ("policy", "code", "near"),
    [
        ("shinagawa", "T4", ["U2", "V2e"]),
        ("shinagawa", "A9", ["U3", "V2g"]),
        ("taito", "V2f", ["T3", "A8", "U1"]),
        ("kihon-hoshin", "U9", ["T8", "A10", "V2h"]),
        ("taito", "V2j", []),
        ("kihon-hoshin", "U10", []),
    ],
)
def test_a_type_is_found_in_the_other_policies(policy: str, code: str, near: list[str]) -> None:
    assert [one.code for one in counterparts(POLICIES, policy, code)] == near


def test_what_is_alike_is_alike_both_ways_and_never_within_one_policy() -> None:
    pairs = {
        ((policy.id, one.code), (other.policy, other.code))
        for policy in POLICIES
        for one in policy.entries
        for other in counterparts(POLICIES, policy.id, one.code)
    }

    assert pairs == {(there, here) for here, there in pairs}
    assert all(here[0] != there[0] for here, there in pairs)


def test_a_policy_that_names_no_article_borrows_those_of_what_it_comes_near() -> None:
    taito = next(one for one in POLICIES if one.id == "taito")

    own, lent, none = (
        articles(POLICIES, USED, "A3"), articles(POLICIES, taito, "V2d"), articles(POLICIES, taito, "V2j")
    )  # fmt: skip

    assert (own.names, own.borrowed) == (("刑法204条", "刑法208条"), False)
    assert (lent.names, lent.borrowed) == (("刑法223条",), True)
    assert (none.names, none.borrowed) == ((), False)


def test_no_penalty_stands_in_any_policy() -> None:
    statutes = [name for policy in POLICIES for one in policy.entries for name in one.statutes]

    assert statutes
    assert all(re.fullmatch(r"刑法\d+条|.+法律", one) for one in statutes)


def test_a_city_keeps_its_own_lists_and_reads_them_beside_the_others(sakura: ProfileFile) -> None:
    sakura.write("    types: [T3]\n", "")
    sakura.path.write_text(re.sub(r"    types: \[T\d\]\n", "", sakura.text), encoding="utf-8")
    sakura.write("policy: shinagawa\n", OWN_LISTS)

    profile = load_profile(sakura.path)

    assert [one.code for one in profile.harassment_types] == ["K1"]
    assert profile.policies[0].name == "さくら市の設定"
    assert "K1" in [one.code for one in counterparts(profile.policies, "shinagawa", "T1")]


def test_a_citys_own_file_wins_over_one_of_the_same_name(sakura: ProfileFile) -> None:
    folder = sakura.path.parent / "policies"
    folder.mkdir()
    text = (FOLDER / "shinagawa.yaml").read_text(encoding="utf-8").replace("暴言型", "大声型")
    (folder / "shinagawa.yaml").write_text(text, encoding="utf-8")

    assert load_profile(sakura.path).harassment_types[0].name == "大声型"


def test_a_policy_nobody_wrote_is_told_with_those_there_are(sakura: ProfileFile) -> None:
    fault = sakura.fault_after("policy: shinagawa", "policy: shinagawaku")

    assert fault.line == sakura.line_of("policy: shinagawaku")
    assert "policies/shinagawaku.yaml" in fault.reason
    assert "kihon-hoshin、shinagawa、taito" in fault.instead


def test_a_policy_and_lists_of_the_citys_own_are_not_mixed(sakura: ProfileFile) -> None:
    fault = sakura.fault_after("policy: shinagawa\n", f"policy: shinagawa\n{OWN_LISTS}")

    assert "両方" in fault.reason


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("statutes: [刑法223条]", "statutes: [刑法223条 3年以下の懲役]", "刑の重さ"),
        ("statutes: [刑法223条]", "statutes: [強要]", "条文の名前になっていません"),
        ("alike: [taito/V1a]", "alike: [taito/V9z]", "taito/V9z"),
        ("alike: [taito/V1a]", "alike: [shinagawa/T1]", "shinagawa/T1"),
        ("{code: A2,", "{code: T1,", "型でも使われています"),
        ("{code: A13,", "{code: えー13,", "記号「えー13」"),
        ("types: [T2]", "types: [T99]", "「T99」"),
        ("id: shinagawa", "id: sinagawa", "id「sinagawa」"),
        ("origin:", "orign:", "orign"),
    ],
)
def test_a_fault_in_a_policy_is_told_with_its_file(
    sakura: ProfileFile, old: str, new: str, told: str
) -> None:
    folder = sakura.path.parent / "policies"
    folder.mkdir()
    text = (FOLDER / "shinagawa.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "shinagawa.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ProfileFaults) as failure:
        load_profile(sakura.path)

    assert all("policies/shinagawa.yaml" in one.reason for one in failure.value.faults)
    assert any(told in one.reason for one in failure.value.faults)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 400), st.binary(max_size=8) | st.sampled_from([b": ", b"- ", b"[", b"\n", b"&a "]))
def test_a_damaged_policy_is_a_policy_or_faults(at: int, damage: bytes) -> None:
    content = (FOLDER / "taito.yaml").read_bytes()[420:1400]

    faults = tuple[Fault, ...]()
    try:
        read_policy("taito", content[:at] + damage + content[at:])
    except ProfileFaults as found:
        faults = found.faults

    assert all(one.line >= 1 and one.reason and one.instead for one in faults)
