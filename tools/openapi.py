"""Writes docs/openapi.json: `python -m tools.openapi`. A test fails while it is not what the routes say."""

from __future__ import annotations

import json
from pathlib import Path

from api.openapi import openapi_document

PLACE = Path(__file__).parents[1] / "docs" / "openapi.json"


def written() -> str:
    """Return the document as it lies in the file."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    PLACE.write_text(written(), encoding="utf-8")
    print(PLACE)
