"""When a figure is bad enough to tell people. Why each limit lies where it lies stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from core.settings import WatchSettings
from runtime.watch import Limit


def worker_limits(settings: WatchSettings) -> Sequence[Limit]:
    """Return the limits of what a worker sees: disks, the queue, calls and recordings."""
    low, urgent = settings.disk_low_percent / 100, settings.disk_urgent_percent / 100
    return (
        Limit(name="disk_free_share", part="spool", code="disk-low-spool", below=low),
        Limit(name="disk_free_share", part="journal", code="disk-low-journal", below=low),
        Limit(name="disk_free_share", part="vault", code="disk-low-vault", below=low),
        Limit(name="disk_free_share", part="spool", code="disk-urgent-spool", below=urgent),
        Limit(name="disk_free_share", part="journal", code="disk-urgent-journal", below=urgent),
        Limit(name="disk_free_share", part="vault", code="disk-urgent-vault", below=urgent),
        # Capture and copies take seconds; recognition may take until tomorrow, but it must begin today.
        Limit(name="job_oldest_seconds", part="capture", code="jobs-late-capture", above=600),
        Limit(name="job_oldest_seconds", part="derive", code="jobs-late-derive", above=600),
        Limit(name="job_oldest_seconds", part="transcribe", code="jobs-late-transcribe", above=6 * 3600),
        # One is enough: a citizen waited half a second for nobody, and no process of ours saw the call.
        Limit(name="calls_not_claimed", code="calls-not-claimed", above=0),
        # The dialplan waits for 0.5 s (CLAIM_MILLISECONDS); usual are some hundredths.
        Limit(name="claim_seconds", code="claims-late", above=0.4),
        # Single ones are told with their call; several within an hour are the machine, not the caller.
        Limit(name="recordings_length_differs", code="recordings-stretched", above=2),
        # A phone with a wrong password tries again every minute or so; several at once, or somebody guesses.
        Limit(name="sip_refusals", code="sip-sign-ins-refused", above=20),
        # The program's own is made anew at a start; the city's takes days to get.
        Limit(name="sip_certificate_days", code="sip-certificate-ends", below=30),
        # Beyond it calls are served all the same. Measured: recordings are stretched silently from there on.
        Limit(name="calls_at_once", code="beyond-measured-ceiling", above=settings.calls_at_once),
    )


def telephony_limits() -> Sequence[Limit]:
    """Return the limits of what only the telephony process sees."""
    return (
        # A key or a hang-up acted on a second late is felt; the heartbeat kills a process after two.
        Limit(name="event_lag_seconds", code="events-late", above=1.0),
        # The copy looks four times a second; half a minute behind means that it does not get on.
        Limit(name="journal_behind_seconds", code="journal-behind", above=30),
    )
