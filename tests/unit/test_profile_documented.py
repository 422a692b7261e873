from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_origin

from core.profile.model import AskingAction, CityProfile, Part, RecordingMode, Regime
from core.profile.recording import Transcribe
from core.profile.shape import child_model

DOCUMENT = (Path(__file__).parents[2] / "docs" / "city-profile.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z_.\[\]]+)` \| (必ず|省略可) \|", re.MULTILINE)


def keys_of(model: type[Part], before: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        yield before + name, "必ず" if field.is_required() else "省略可"
        inner = child_model(model, name)
        if inner:
            in_a_list = get_origin(field.annotation) is tuple
            yield from keys_of(inner, f"{before}{name}{'[]' if in_a_list else ''}.")


def test_every_key_is_documented_with_whether_it_must_be_written() -> None:
    documented = ROW.findall(DOCUMENT)

    assert sorted(documented) == sorted(keys_of(CityProfile))


def test_every_choice_is_documented() -> None:
    for choice in (*Regime, *RecordingMode, *Transcribe, *AskingAction):
        assert f"`{choice.value}`" in DOCUMENT
