"""Rules about what is kept for how long, and what is not written down. Pure: a draft in, findings out."""

from __future__ import annotations

from collections.abc import Iterator

from core.profile.draft import Draft
from core.profile.faults import Finding

_MATTERS = {"incident_days": "事案", "disclosure_days": "開示請求"}


def keeping_grows_with_weight(draft: Draft) -> Iterator[Finding]:
    """A flagged call is evidence; it may not go before an ordinary one, nor a matter's before it."""
    keeping = draft.part("keeping")
    flagged, unflagged = keeping.number("flagged_days"), keeping.number("unflagged_days")
    if flagged is not None and unflagged is not None and flagged < unflagged:
        yield Finding(
            place=("keeping", "flagged_days"),
            reason="印を付けた通話の保存期間が、印のない通話より短くなっています。",
            instead=f"{unflagged} 日以上にしてください。例: flagged_days: 1825",
        )
    for key, name in _MATTERS.items():
        days = keeping.number(key)
        if days is not None and flagged is not None and days < flagged:
            yield Finding(
                place=("keeping", key),
                reason=f"{name}の録音の保存期間が、印を付けた通話より短くなっています。",
                instead=f"{flagged} 日以上にするか、この行を消してください（消せば同じになります）。",
            )


def numbers_are_written_down_for_a_reason(draft: Draft) -> Iterator[Finding]:
    """個人番号 in a transcript are a risk that somebody must have chosen (番号利用法 第12条、第20条)."""
    numbers = draft.part("spoken_numbers")
    if numbers.values.get("masked") is False and not numbers.text("reason"):
        yield Finding(
            place=("spoken_numbers", "masked"),
            reason="個人番号やカード番号を文字に残すときは、その理由が要ります。",
            instead="masked: true にするか、理由を書いてください。例: reason: 番号法別表の事務の記録のため",
        )


RULES = (keeping_grows_with_weight, numbers_are_written_down_for_a_reason)
