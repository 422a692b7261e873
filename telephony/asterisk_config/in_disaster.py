"""災害時: one entry in Asterisk's own database shortens or drops the announcement, whoever of us lives.

It holds ``short`` or ``none``, a hyphen and its end in seconds since 1970, and ends by itself. It is read
once per call, when the call comes in; the answer stands on the channel and is told to our process with it.
"""

from __future__ import annotations

from telephony.asterisk_config.steps import priorities

ENTRY = "tsuwaroku/disaster"
"""Family and key in Asterisk's database."""

VARIABLE = "TSUWAROKU_DISASTER"
LOOK = "Gosub(in-disaster,s,1)"


def render_in_disaster() -> str:
    """Return the section that reads the switch."""
    return "[in-disaster]\n" + priorities(
        "s",
        f"Set({VARIABLE}=)",
        f"Set(TSUWAROKU_SWITCH=${{DB({ENTRY})}})",
        'GotoIf($["${TSUWAROKU_SWITCH}" = ""]?done)',
        "GotoIf($[${EPOCH} >= 0${CUT(TSUWAROKU_SWITCH,-,2)}]?done)",
        f"Set({VARIABLE}=${{CUT(TSUWAROKU_SWITCH,-,1)}})",
        "(done),Return()",
    )


def spoken(usual: str, short: str) -> tuple[str, ...]:
    """Choose what is spoken: the id of an announcement in TSUWAROKU_SPOKEN, nothing for no announcement."""
    return (
        f'Set(TSUWAROKU_SPOKEN=${{IF($["${{{VARIABLE}}}" = "short"]?{short or usual}:{usual})}})',
        f'Set(TSUWAROKU_SPOKEN=${{IF($["${{{VARIABLE}}}" = "none"]?:${{TSUWAROKU_SPOKEN}})}})',
    )
