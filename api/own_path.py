"""Where somebody goes after signing in: a path of ours, never another host."""

from __future__ import annotations

from core.logs import get_log

log = get_log()


def own_path(wanted: str) -> str:
    """Return a path of ours, or the home. Browsers read a backslash as a slash: neither begins a host."""
    own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    if own and wanted.isprintable():
        return wanted
    log.warning("console.refused", code="not-our-path")
    return "/"
