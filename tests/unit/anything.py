"""What may come from outside, for readers that must refuse it in our words."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

LIMITS = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=10,
)
DEEP = "[" * 3_000
