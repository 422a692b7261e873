"""Calls between the hall's own desk phones: a colleague is asked by the phone's own means.

They are staff's, so nothing of them is recorded or counted, and none reaches a line as a citizen's call
would: whoever dials a line's extension rings its phones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.profile.model import CityProfile
from core.profile.recording import RecordingMode
from telephony.asterisk_config.numbers import dialled_forms
from telephony.asterisk_config.picking_up import FETCH_RINGING
from telephony.asterisk_config.steps import priorities

RING_SECONDS = 60

FETCH_COLLEAGUE = "[fetch-colleague]\n" + priorities(
    "fetch",
    # Whoever hung up meanwhile must not be answered for.
    'GotoIf($["${CHANNEL_EXISTS(${TSUWAROKU_FETCHED})}" != "1"]?gone)',
    "Answer()",
    # x: the colleague's telephone ends with our leg, and does not stay behind in the dialplan.
    "Bridge(${TSUWAROKU_FETCHED},x)",
    "(gone),Hangup()",
)
"""Takes a colleague's channel out of the call with a phone; entered for us alone (`FetchColleague`)."""


def render_inner_calls(profile: CityProfile) -> str:
    """Return the section in which desk phones reach each other."""
    return "[inner]\n" + "".join(_extensions(profile)) + FETCH_COLLEAGUE


def colleagues(profile: CityProfile) -> str:
    """Return what leads from a phone to a colleague, or to a call that rings at one.

    An exact extension goes before patterns.
    """
    fetch = priorities(profile.pickup_code, f"Goto({FETCH_RINGING},s,1)")
    return fetch + "".join(priorities(name, f"Goto(inner,{name},1)") for name in _reached(profile))


def _reached(profile: CityProfile) -> Mapping[str, str]:
    """Say what a desk phone can dial, and which phones that rings."""
    reached = {
        number: "&".join(f"PJSIP/{one}" for one in line.phones)
        for line in profile.lines
        # 相談窓口: not even colleagues ring there unseen. A full number is a call from outside.
        if not line.practice and line.recording is not RecordingMode.NEVER
        for number in line.numbers
        if len(dialled_forms(number)) == 1
    }
    return reached | {str(one.id): f"PJSIP/{one.id}" for one in profile.phones}


def _extensions(profile: CityProfile) -> Iterator[str]:
    for name, phones in _reached(profile).items():
        yield priorities(
            name,
            # Whoever calls shows as the phone that has signed in, whatever it says of itself.
            "Set(CALLERID(num)=${CHANNEL(endpoint)})",
            "Set(CALLERID(name)=)",
            f"Dial({phones},{RING_SECONDS})",
            "Hangup(${HANGUPCAUSE})",
        )
