"""How things of a profile may be named for the program: names become file names, SIP users and sections."""

from __future__ import annotations

import re

ID = re.compile(r"[a-z][a-z0-9-]{0,31}")
CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}[a-z]?")
RESERVED_IDS = frozenset({"default", "general", "global", "globals", "system", "tsuwaroku"})
"""Section names that the telephone server's own configuration uses."""
