"""What people read when something cannot be done is written alike everywhere."""

from __future__ import annotations

import pytest

from api.error_texts import ERROR_TEXTS, ErrorText


@pytest.mark.parametrize("shown", ERROR_TEXTS.values(), ids=ERROR_TEXTS)
def test_a_heading_is_no_sentence_and_the_advice_is_one(shown: ErrorText) -> None:
    assert not shown.title.endswith("。")
    assert shown.advice.endswith(("。", "）"))
