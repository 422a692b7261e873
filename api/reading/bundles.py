"""What a request's page tells of its bundles: how far one is, whether it may leave, why it may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from core.errors import DomainError
from core.ids import RecordingId, RequestId
from disclosure.redaction.work import work_of
from disclosure.redaction.work_event_words import read
from disclosure.redaction.work_events import WorkEvent
from storage.bundles import GOING_ON, HEARING, BundleRow, bundles_of
from storage.redactions import work_rows
from storage.request_found import Said, found_of

STATES: Mapping[str, str] = {
    "asked": "順番を待っています", "making": "作っています", "looking": "漏れがないか確かめています",
    "hearing": "音声認識で聞き直して、漏れがないか確かめています",
    "ready": "交付できます", "refused": "交付できません", "failed": "作れませんでした",
}  # fmt: skip
FAULTS: Mapping[str, str] = {
    "bundle-not-decided": "開示する決定が、まだありません。",
    "bundle-not-heard": "作った人ともう1人が、交付イメージをまだ全部聞いていません。",
    "bundle-not-grounded": "理由のない不開示部分があります。",
    "bundle-leaks": "不開示の部分が残っていたので捨てました。システム管理の担当に知らせてください。",
}
ELSE = "もう一度作ってください。続くときは、システム管理の担当に知らせてください。"
LEAKS: Mapping[str, str] = {
    "sound": "音が残っています", "words": "言葉が残っています", "more": "余分なものが入っています",
    "missing": "開示するものが欠けています", "unknown": "知らないファイルがあります",
}  # fmt: skip


class NothingAccepted(DomainError):
    """No recording belongs to the request."""

    code = "nothing-accepted"
    http_status = 409


class GroundsMissing(DomainError):
    """Of some passage nobody has said why it is left out."""

    code = "grounds-missing"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSeen:
    """A bundle as its page shows it."""

    id: UUID
    asked_at: datetime
    state: str
    words: str
    fault: str
    percent: int
    going_on: bool
    megabytes: float
    sha256: str
    findings: tuple[str, ...]
    heard: str
    """Whether a recogniser has heard it once more, or who decided not to wait for that."""
    outdated: bool
    """Passages, or what belongs to the request, changed since."""


def bundles_seen(connection: Connection, request: RequestId) -> list[BundleSeen]:
    """Return the bundles of a request, the latest first."""
    now = _steps(connection, request)
    return [_seen(one, now) for one in bundles_of(connection, request)]


def versions_to_release(connection: Connection, request: RequestId) -> dict[RecordingId, int]:
    """Return of each recording that belongs to a request the version of its passages that stands now.

    Raises:
        NothingAccepted: there is no recording
        GroundsMissing: of some passage nobody has said why it is left out
    """
    steps = _steps(connection, request)
    if not steps:
        raise NothingAccepted
    if any(work_of(events).ungrounded for events in steps.values()):
        raise GroundsMissing
    return {recording: len(events) for recording, events in steps.items()}


def _steps(connection: Connection, request: RequestId) -> dict[RecordingId, list[WorkEvent]]:
    """Return of each recording that belongs to a request every step of the editor."""
    return {
        one.facts.recording: [read(row) for row in work_rows(connection, request, one.facts.recording)]
        for one in found_of(connection, request)
        if one.said is Said.BELONGS and one.facts.recording is not None
    }


def _told(finding: Mapping[str, str]) -> str:
    return "　".join((finding["file"], LEAKS.get(finding["leak"], finding["leak"]), finding["place"]))


def _heard(row: BundleRow) -> str:
    if row.kept is None or row.heard is None:
        return ""
    if row.heard:
        return "音声認識で聞き直しました。不開示の言葉は聞こえませんでした。"
    if row.not_heard_by:
        return f"音声認識での聞き直しは、していません（{row.not_heard_by} が決めました）。"
    return "音声認識での聞き直しは、していません（この設備に音声認識がありません）。"


def _changed(row: BundleRow, now: Mapping[RecordingId, list[WorkEvent]]) -> bool:
    """Say whether something else would be released now; a mark of a third person changes nothing of it."""
    return {*row.versions} != {*now} or any(
        work_of(events[: row.versions[recording]]).masks != work_of(events).masks
        for recording, events in now.items()
    )


def _seen(row: BundleRow, now: Mapping[RecordingId, list[WorkEvent]]) -> BundleSeen:
    return BundleSeen(
        id=row.id, asked_at=row.asked_at, state=row.state, words=STATES[row.state],
        fault="" if row.fault is None else FAULTS.get(row.fault, ELSE),
        percent=round(100 * row.done / row.steps) if row.steps else 0,
        going_on=row.state in {*GOING_ON, HEARING}, heard=_heard(row),
        megabytes=0 if row.kept is None else round(row.kept.size / 1e6, 1),
        sha256="" if row.kept is None else row.kept.sha256.hex(),
        findings=tuple(_told(one) for one in row.findings), outdated=_changed(row, now),
    )  # fmt: skip
