"""Weighs what was fetched of one call: which sound is sealed, what is odd about it, whether notice is proven.

A pure decision on samples and times. It never drops sound and never repairs it: a missing side becomes
silence and a finding, a length that does not fit becomes a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from telephony.capture.findings import Finding, SoundWatch, length_differs
from telephony.sound.audio_files import SAMPLE, SAMPLE_RATE, Samples, Track
from telephony.sound.fingerprint import Fingerprint, Fingerprinting
from telephony.sound.notice_proof import NoticeProof, prove_notice

_CLOCK_SLACK_MS = 2_000
"""Our events, Asterisk's file and its clock drift apart under load; the prompt's own sound is the proof."""

_NOTED_LATE = timedelta(seconds=1)
"""Below that the answer's own time is the better word: lengths and ends differ by some frames."""

_NOTICE_BEGINS_BEFORE_MS = 60_000
"""From the first sample: rings and a late answer lie before the announcement. Where nobody knows when it was
played it is looked for until then, and one that began later would count as not proven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSpan:
    """When things happened in a call, as its journal or the dialplan says. Times are aware."""

    recorded_from: datetime
    """Time of the first sample."""
    arrived_at: datetime | None = None
    """The call reached Asterisk: nothing can have been recorded before."""
    answered_at: datetime | None = None
    """The caller's leg was answered, so that the announcement could be sent."""
    connected_at: datetime | None = None
    """An operator and the caller could talk."""
    ended_at: datetime | None = None
    """None when nobody knows, because a server died under the call."""
    announcement_finished: bool = False
    """Asterisk said that it played the announcement to its end."""
    announcement_ended_at: datetime | None = None

    def seconds_to(self, moment: datetime) -> float:
        """Place of a moment in the recording."""
        return (moment - self.recorded_from).total_seconds()

    def settled(self, seconds: float) -> CallSpan:
        """Return the span with the first sample where a recording of that length must have begun.

        A process that died between answering and writing it down leaves an answer noted too late, and the
        recording is longer than the call seems. It only ever begins earlier, and never before the call.
        """
        if self.ended_at is None or self.arrived_at is None or self.answered_at is None:
            return self
        begun = max(self.arrived_at, self.ended_at - timedelta(seconds=seconds))
        if self.recorded_from - begun < _NOTED_LATE:
            return self
        return replace(self, recorded_from=begun, answered_at=min(begun, self.answered_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is said of the sound that will be sealed."""

    sound: Fingerprint
    recorded_from: datetime
    """Time of the first sample."""
    findings: frozenset[Finding]
    notice: NoticeProof
    left_early: bool
    """The caller hung up before the announcement could have ended: nothing of ours failed."""

    @property
    def seconds(self) -> float:
        """Length of the recording."""
        return self.sound.seconds


def weigh(
    caller: Track | Finding, hall: Track | Finding, sound: Iterable[Samples], span: CallSpan, prompt: Samples
) -> Evidence:
    """Weigh both sides of a call while they pass; of the sound itself only the beginning is kept for a while.

    Args:
        caller: the ``r`` track, or why there is none (missing, unreadable).
        hall: the ``t`` track, what the caller was sent, or why there is none.
        sound: both of them, in blocks of shape (n, 2).
        span: when things happened.
        prompt: the announcement's own samples.

    Raises:
        whatever ``sound`` raises
    """
    span = span.settled(_longest(caller, hall))
    looked_ms = _where_the_notice_should_be(span) or (0, _NOTICE_BEGINS_BEFORE_MS)
    prints = Fingerprinting()
    watch = SoundWatch(None if span.connected_at is None else span.seconds_to(span.connected_at))
    sent = _stretch(watch.through(prints.through(sound)), looked_ms, prompt)
    findings = _of_files(caller, hall) | watch.findings
    expected = _expected_seconds(span)
    if expected is not None and length_differs(prints.result.seconds, expected):
        findings.add(Finding.LENGTH_DIFFERS)
    length_ms = looked_ms[1] - looked_ms[0]
    notice = prove_notice(
        sent, prompt, playback_finished=span.announcement_finished, expected_ms=(0, length_ms)
    )
    if notice.at_ms is not None:
        notice = replace(notice, at_ms=notice.at_ms + looked_ms[0])
    return Evidence(
        sound=prints.result,
        recorded_from=span.recorded_from,
        findings=frozenset(findings),
        notice=notice,
        left_early=_left_early(span, prompt),
    )


def _longest(caller: Track | Finding, hall: Track | Finding) -> float:
    """Seconds of the longer side."""
    return max((side.count for side in (caller, hall) if isinstance(side, Track)), default=0) / SAMPLE_RATE


def _stretch(sound: Iterable[Samples], looked_ms: tuple[int, int], prompt: Samples) -> Samples:
    """Let all of the sound pass and keep what the caller was sent where the announcement is looked for."""
    first = looked_ms[0] * SAMPLE_RATE // 1000
    last = looked_ms[1] * SAMPLE_RATE // 1000 + len(prompt) + SAMPLE_RATE
    kept, at = [np.zeros(0, dtype=SAMPLE)], 0
    for both in sound:
        begin, end = max(0, first - at), min(len(both), last - at)
        if begin < end:
            kept.append(both[begin:end, 1].copy())
        at += len(both)
    return np.concatenate(kept)


def _of_files(caller: Track | Finding, hall: Track | Finding) -> set[Finding]:
    found = {side for side in (caller, hall) if isinstance(side, Finding)}
    tracks = [side for side in (caller, hall) if isinstance(side, Track)]
    if any(not track.final for track in tracks):
        found.add(Finding.SALVAGED)
    if len({track.count for track in tracks}) > 1:
        found.add(Finding.PADDED)
    return found


def _expected_seconds(span: CallSpan) -> float | None:
    """Length of what should have been recorded; a call that was never answered has no sound to record."""
    if span.ended_at is None or span.answered_at is None:
        return None
    return span.seconds_to(span.ended_at)


def _where_the_notice_should_be(span: CallSpan) -> tuple[int, int] | None:
    """Earliest and latest start of the announcement in milliseconds, as far as the times are known."""
    if span.answered_at is None or span.announcement_ended_at is None:
        return None
    earliest = max(0, round(span.seconds_to(span.answered_at) * 1000) - _CLOCK_SLACK_MS)
    return earliest, max(
        earliest, round(span.seconds_to(span.announcement_ended_at) * 1000) + _CLOCK_SLACK_MS
    )


def _left_early(span: CallSpan, prompt: Samples) -> bool:
    if span.connected_at is not None or span.ended_at is None:
        return False
    announced_from = 0.0 if span.answered_at is None else span.seconds_to(span.answered_at)
    return span.seconds_to(span.ended_at) < announced_from + len(prompt) / SAMPLE_RATE
