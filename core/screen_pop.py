"""The address of the city's own system beside a call: a template of the profile, percent-encoded. Pure."""

from __future__ import annotations

from urllib.parse import quote

from core.profile.integrations import ScreenPop


def screen_address(pop: ScreenPop, *, call: str, line: str, department: str, number: str | None) -> str:
    """Return the address to open.

    Args:
        pop: what the city's profile says
        call: id of the call
        line: its id
        department: the line's
        number: the caller's as the operator sees it; None where it is withheld or not theirs to see

    Returns:
        the address; the number stands in it only where the profile allows it, else its place stays empty
    """
    told = "".join(one for one in number or "" if one in "+0123456789") if pop.number_allowed else ""
    filled = pop.address
    # The number last: what stands in an id is never read as another place, nor the other way round.
    for name, value in (("call", call), ("line", line), ("department", department), ("number", told)):
        filled = filled.replace(f"{{{name}}}", quote(value, safe=""))
    return filled
