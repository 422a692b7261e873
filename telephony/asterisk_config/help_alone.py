"""応援 in a call that the dialplan serves alone: the code is noted, and two telephones ring at once.

With our processes dead no row reaches a screen, so the dialplan itself rings the first two telephones of the
chain that are not the line's own. Who picks up hears who asks, and goes there; pressing a key does nothing.
The citizen's call is not touched: the telephones are rung beside it, and nobody waits for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.profile.model import CityProfile, Line
from telephony.asterisk_config.plan import PbxPlan
from telephony.asterisk_config.steps import MOMENT, priorities

RINGS_AT_ONCE = 2
CONTEXT = "help-asked"


def render_help_alone(profile: CityProfile, lines: Sequence[Line], plan: PbxPlan) -> str:
    """Return what the help code does on the operator's channel, and what the helpers hear, line by line."""
    note = priorities(
        "s",
        f"Set(MASTER_CHANNEL(TSUWAROKU_HELP)=${{MASTER_CHANNEL(TSUWAROKU_HELP)}}{MOMENT}+)",
        *(
            step
            for number in range(1, RINGS_AT_ONCE + 1)
            for step in _ring(number, profile.help.ring_seconds)
        ),
        "(rung),Return()",
    )
    heard = "\n".join(
        priorities(line.id, *(f"Playback({plan.prompt(words)})",) * 2, "Hangup()")
        for line in lines
        if (words := _words(profile, line))
    )
    return f"[note-help]\n{note}\n[{CONTEXT}]\n{heard}"


def helpers(profile: CityProfile, line: Line) -> tuple[str, ...]:
    """Return the steps that tell a line's calls which phones ring for help; the operator's leg inherits."""
    chain = profile.help.chain(line.department)
    if chain is None:
        return ()
    others = [phone for phone in chain.phones if phone not in line.phones] or list(chain.phones)
    return (
        f"Set(__TSUWAROKU_HELP_LINE={line.id})",
        *(
            f"Set(__TSUWAROKU_HELPER_{number}={phone})"
            for number, phone in enumerate(others[:RINGS_AT_ONCE], start=1)
        ),
    )


def _ring(number: int, seconds: int) -> tuple[str, ...]:
    helper = f"${{TSUWAROKU_HELPER_{number}}}"
    # a: it is not waited for; the operator goes on talking meanwhile.
    asked = f"Originate(PJSIP/{helper},exten,{CONTEXT},${{TSUWAROKU_HELP_LINE}},1,{seconds},a)"
    return f'GotoIf($["{helper}" = ""]?rung)', asked


def _words(profile: CityProfile, line: Line) -> str:
    chain = profile.help.chain(line.department)
    return chain.announcement if chain else ""
