"""Rules about what a caller is told and what recordings are for. Pure: a draft in, findings out.

The wording 「正確な対応記録を残すため、通話を録音させていただきます」 is the pattern: what happens, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.profile.draft import Draft, Written
from core.profile.faults import Finding, Place
from core.profile.rules_recording import outbounds

PATTERN = "正確な対応記録を残すため、通話を録音させていただきます。"
_PURPOSE = re.compile(r"ため|為に|目的|防ぐ|防止")
_APPRAISAL = re.compile(
    r"(?i)人事評価|人事考課|勤務評定|勤務評価|成績評価|職員[をの]?評価|査定|apprais|evaluat|performance"
)
_PURPOSE_KEY = re.compile(r"(?i)purpose|目的|用途")


def notice_says_that_and_why(draft: Draft) -> Iterator[Finding]:
    """The announcement before a recording says that the call is recorded, and for what purpose."""
    for one in _notices(draft):
        if "録音" not in one.text("text"):
            yield Finding(
                place=(*one.place, "text"),
                reason="録音のお知らせに「録音」という言葉がありません。",
                instead=f"例: {PATTERN}",
            )
        if not _PURPOSE.search(one.text("text")):
            yield Finding(
                place=(*one.place, "text"),
                reason="録音のお知らせに、録音の目的がありません。",
                instead=f"「〜ため」の形で目的を入れてください。例: {PATTERN}",
            )


def recordings_appraise_nobody(draft: Draft) -> Iterator[Finding]:
    """Recordings are no means to appraise staff: no announcement or purpose, under any key, says so."""
    told: set[Place] = set()
    for place, text in draft.everything():
        purpose = _purpose_of(place)
        if purpose and purpose not in told and _APPRAISAL.search(text):
            told.add(purpose)
            yield Finding(
                place=purpose,
                reason="録音を職員の評価（人事評価など）に使うことはできません。",
                instead=f"対応記録など、市民のための目的を書いてください。例: {PATTERN}",
            )


def _purpose_of(place: Place) -> Place | None:
    """Return the part of a place that names a purpose, if any."""
    if place[:1] == ("announcements",):
        return place
    if place[:1] == ("purposes",):  # the list of purposes has rules of its own (``rules_purposes.py``)
        return None
    for length, step in enumerate(place, start=1):
        if isinstance(step, str) and _PURPOSE_KEY.search(step):
            return place[:length]
    return None


def _notices(draft: Draft) -> Iterator[Written]:
    named = {one.text("announcement") for one in (*draft.all("lines"), *outbounds(draft))}
    named.add(draft.part("in_disaster").text("short_announcement"))
    named.add(draft.part("outside").text("announcement"))
    return (one for one in draft.all("announcements") if one.text("id") in named and one.text("text"))
