"""Compares at the command line and tells what was not recorded: ids, codes and lengths, as words or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from typer import echo

from core.errors import DomainError
from core.settings import Settings
from runtime.installation import Installation
from runtime.watch_duties import comparison
from runtime.wiring import worker_parts
from telephony.asterisk.stored_recordings import StoredRecordings
from telephony.unrecorded.unrecorded import Doubt, open_reasons

HERE = ZoneInfo("Asia/Tokyo")


class NotAMoment(DomainError):
    """日付は 2026-11-21 か 2026-11-21T09:00 の形で書いてください。"""

    code = "not-a-moment"


def report_unrecorded(settings: Settings, *, since: str, until: str, as_json: bool) -> bool:
    """Compare now, keep what was found, and tell it; True when nothing but practice is on the list.

    Args:
        settings: which installation
        since: first day or moment in Japan's time; empty for a month ago
        until: first day or moment after the period; empty for now
        as_json: one JSON object instead of words

    Raises:
        NotAMoment: since or until cannot be read
        DatabaseAway: nothing was kept
    """
    period = moment_of(since), moment_of(until)
    parts = worker_parts(Installation(settings))
    installation = parts.installation
    asterisk = StoredRecordings(
        installation.ari_url(), settings.asterisk.ari_user, installation.ari_password()
    )
    doubts = comparison(parts, asterisk).run(*period)
    counts = open_reasons(doubts)
    if as_json:
        told = {"open": sum(counts.values()), "by_reason": counts, "calls": [_as_json(one) for one in doubts]}
        echo(json.dumps(told, ensure_ascii=False))
    else:
        echo(in_words(doubts))
    return not counts


def in_words(doubts: Sequence[Doubt]) -> str:
    """Write one line for each, practice apart at the end."""
    if not doubts:
        return "録れていない電話はありません。"
    ours = [one for one in doubts if not one.practice]
    practice = [one for one in doubts if one.practice]
    lines = [f"録れていない電話: {len(ours)} 件", *map(_line, ours)]
    if practice:
        lines += [f"練習の通話: {len(practice)} 件", *map(_line, practice)]
    return "\n".join(lines)


def _line(doubt: Doubt) -> str:
    at = doubt.at.astimezone(HERE)
    lengths = "".join(
        f"  {name} {doubt.detail[key]:.1f} 秒"
        for key, name in (("expected", "通話"), ("recorded", "録音"))
        if key in doubt.detail
    )
    return f"  {at:%Y-%m-%d %H:%M:%S}  {doubt.line or '-'}  {doubt.subject}  {doubt.sentence}{lengths}"


def _as_json(doubt: Doubt) -> dict[str, object]:
    return {
        "call": doubt.subject, "recording": str(doubt.recording) if doubt.recording else None,
        "reason": doubt.reason.value, "sentence": doubt.sentence, "line": doubt.line,
        "department": doubt.department, "practice": doubt.practice, "at": doubt.at.isoformat(),
        **doubt.detail,
    }  # fmt: skip


def moment_of(text: str) -> datetime | None:
    """Read a day or moment as people type it, in Japan's time; None for nothing.

    Raises:
        NotAMoment
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAMoment from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=HERE)
