"""Static files live under a path that changes when any of them changes, so that no page runs old modules."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


def static_version(folder: Path = FOLDER) -> str:
    """Return a short name for the exact content of the folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


class UnchangingFiles(StaticFiles):
    """Static files that a browser may keep for ever: their address changes with them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve a file; what is not there is not kept."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
