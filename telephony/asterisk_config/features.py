"""What an operator can do with the keys of the phone in a call that the dialplan leads: flag it, call help.

Asterisk swallows the code, so the caller does not hear that a mark was placed. Keys that are no code pass.
"""

from __future__ import annotations

import re

from core.profile.model import CityProfile
from telephony.asterisk_config.plan import BadPbxPlan

MARK_FEATURE = "mark"
HELP_FEATURE = "help"
MARK_OUTBOUND_FEATURE = "mark-outbound"
MARK_UNRECORDED_FEATURE = "mark-unrecorded"
"""On lines recorded on request: the key is a mark and no more, and the operator's own phone says so."""
RECORD_FEATURE = "record"
"""On such lines where the city wants it: the key starts the recording, on the caller's channel, and marks."""

_CODE = re.compile(r"[0-9*#]{1,8}")


def render_features(profile: CityProfile) -> str:
    """Return features.conf. Raises BadPbxPlan when a code cannot be dialled."""
    for name, one in (
        ("mark_code", profile.mark_code),
        ("help_code", profile.help_code),
        ("pickup_code", profile.pickup_code),
    ):
        if not _CODE.fullmatch(one):
            raise BadPbxPlan(f"{name} には電話機で押せる 0〜9、*、# だけを使ってください。")
    code = profile.mark_code
    return (
        # Unsaid it would be *8, and an empty word is refused; nobody can press this one.
        "[general]\n; Asterisk's own pick-up knows no calls that we lead; the code is the dialplan's.\n"
        "pickupexten=nobody-presses-this\n\n"
        "[featuremap]\n; None: a transfer by keys would bypass the recording's rules.\n\n"
        f'[applicationmap]\n{MARK_FEATURE} => {code},self/callee,Gosub,"note-mark,s,1"\n'
        f'{HELP_FEATURE} => {profile.help_code},self/callee,Gosub,"note-help,s,1"\n'
        f'{MARK_OUTBOUND_FEATURE} => {code},peer/caller,Gosub,"note-mark-outbound,s,1"\n'
        f'{MARK_UNRECORDED_FEATURE} => {code},self/callee,Gosub,"note-mark-unrecorded,s,1"\n'
        f'{RECORD_FEATURE} => {code},peer/callee,Gosub,"record-on-demand,s,1"\n'
    )
