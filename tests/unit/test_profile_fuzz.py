"""Whatever is in a file, reading it ends in a profile or in faults with lines, never in a traceback."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.profile.report import check_profile
from tests.fixtures_profile import PROFILES

SAMPLE = (PROFILES / "sakura.yaml").read_text(encoding="utf-8")
KEYS = st.sampled_from(
    [
        "lines",
        "id",
        "numbers",
        "phones",
        "agencies",
        "keeping",
        "recording",
        "非通知",
        "reject",
        "trunks",
        "code",
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from(["always", "T1", "*1"])
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
LIMITS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fuzz.yaml"


def read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    last_line = len(re.split(rb"\r\n|\r|\n", content)) + 1
    for fault in check_profile(path):
        assert 1 <= fault.line <= last_line
        assert fault.reason
        assert fault.instead
        assert fault.where.encode("utf-8")


@LIMITS
@given(st.binary(max_size=200))
def test_random_bytes(path: Path, content: bytes) -> None:
    read(path, content)


@LIMITS
@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`? \n\t　：,~1.0\\<=ü\x85", max_size=60))
def test_random_marks_of_the_format(path: Path, content: str) -> None:
    read(path, content.encode("utf-8"))


@LIMITS
@given(TREES)
def test_random_values_under_known_keys(path: Path, value: object) -> None:
    read(path, written(value).encode("utf-8", "replace"))


@LIMITS
@given(st.integers())
def test_the_sample_with_random_damage(path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  damage, not a secret
    text = SAMPLE
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(text))
        cut = chance.choice([0, 1, 1, 5, 40])
        text = text[:at] + chance.choice(["", "\t", ":", "- ", "　", "[", '"', "*", "\n"]) + text[at + cut :]

    read(path, text.encode("utf-8"))


def written(value: object) -> str:
    """Write plain values as flow YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "~" if value is None else str(value).lower()
