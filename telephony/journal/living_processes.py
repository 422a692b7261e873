"""Tells living telephony processes from dead ones: each holds the lock of its own journal while it lives.

The kernel lets go of the lock when the process dies, however it dies. A frozen one holds it until somebody
ends it. A process's journal lies in the folder that bears its application's name, so whoever meets that name
in Asterisk can ask. Processes of one instance share one machine's folder; others cannot be seen.
"""

from __future__ import annotations

import re
from pathlib import Path

from telephony.journal.journal_files import is_being_written

_NAME = re.compile(r"[a-z0-9-]{1,80}")


def process_lives(root: Path, app: str) -> bool:
    """Say whether the process behind an application lives."""
    if not _NAME.fullmatch(app):
        return False
    for file in (root / app).glob("[0-9]*.jsonl"):
        try:
            if is_being_written(file):
                return True
        except OSError:
            continue  # copied and removed meanwhile: not the one being written
    return False
