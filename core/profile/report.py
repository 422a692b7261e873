"""Faults of a profile as Japanese text for the terminal, for the person at the city hall."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.profile.faults import Fault, ProfileFaults
from core.profile.loading import load_profile
from core.profile.recording_report import explain_recording


def check_profile(path: Path) -> list[Fault]:
    """Return all faults of a profile file, in the order of its lines; none means that it loads."""
    try:
        load_profile(path)
    except ProfileFaults as found:
        return list(found.faults)
    return []


def render_modes(path: Path) -> str:
    """Say what a checked profile means for recordings.

    Raises:
        ProfileFaults
    """
    return explain_recording(load_profile(path))


def render_faults(faults: Sequence[Fault], path: Path) -> str:
    """Render faults for reading; with none, say that the file can be used."""
    if not faults:
        return f"{path}: 問題は見つかりませんでした。このまま使えます。"
    blocks = [f"{path}: 直すところが {len(faults)} 件あります。"]
    blocks += [
        f"{one.line}行目  {one.where}\n    理由: {one.reason}\n    直し方: {one.instead}" for one in faults
    ]
    return "\n\n".join(blocks)
