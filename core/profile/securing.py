"""How phones and gateways speak to us: in clear words or encrypted. Values of the profile, nothing else."""

from __future__ import annotations

from enum import StrEnum


class SipTransport(StrEnum):
    """How signalling travels."""

    UDP = "udp"
    TLS = "tls"


class MediaTransport(StrEnum):
    """How sound travels. SRTP's keys are in the signalling, so it goes with TLS only."""

    RTP = "rtp"
    SRTP = "srtp"
