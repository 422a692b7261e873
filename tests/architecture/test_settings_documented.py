"""Every setting has its line in the operations guide, and the guide names no setting that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from core.settings import Settings

GUIDE = Path("docs/operations.md").read_text(encoding="utf-8")


def names_of(model: type[BaseModel], prefix: str) -> set[str]:
    found: set[str] = set()
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= names_of(kind, f"{prefix}{name.upper()}__")
        else:
            found.add(f"{prefix}{name.upper()}")
    return found


def read_before_settings() -> set[str]:
    """Names that the source asks the environment for by itself: what finds Asterisk knows no Settings."""
    asked = re.compile(r"""environ(?:\.get\(|\[)\s*["'](TSUWAROKU_[A-Z_]+)["']""")
    return {
        name
        for room in ("core", "storage", "telephony", "transcription", "incidents", "api", "runtime")
        for path in Path(room).rglob("*.py")
        for name in asked.findall(path.read_text(encoding="utf-8"))
    }


def test_every_setting_stands_in_the_operations_guide() -> None:
    documented = set(re.findall(r"^\| `(TSUWAROKU_[A-Z_]+[A-Z])` \|", GUIDE, re.MULTILINE))

    assert documented == names_of(Settings, "TSUWAROKU_") | read_before_settings()


def test_the_guide_mentions_no_setting_that_does_not_exist() -> None:
    mentioned = set(re.findall(r"\bTSUWAROKU_[A-Z_]+[A-Z]\b", GUIDE))

    assert len(read_before_settings()) == 2
    assert mentioned <= names_of(Settings, "TSUWAROKU_") | read_before_settings()
