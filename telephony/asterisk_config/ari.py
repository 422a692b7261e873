"""HTTP and ARI: on loopback only, one user, generated password."""

from __future__ import annotations

from telephony.asterisk_config.plan import PbxPlan

CHANNEL_VARIABLES = (
    "TSUWAROKU_LINE",
    "TSUWAROKU_DIALLED",
    "TSUWAROKU_PRESENTATION",
    "TSUWAROKU_RECORDED_FROM",
    "TSUWAROKU_DISASTER",
)
"""Channel variables that Asterisk sends along with every channel, under ``channelvars``."""


def render_http(plan: PbxPlan) -> str:
    """Return http.conf."""
    return (
        f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={plan.http_port}\nsessionlimit=500\n"
        "session_inactivity=30000\nsession_keep_alive=15000\n"
    )


def render_ari(plan: PbxPlan) -> str:
    """Return ari.conf."""
    return (
        "[general]\nenabled=yes\npretty=no\n"
        # The default of 100 ms cuts off a process that is merely busy, and its events are gone for good.
        "websocket_write_timeout=5000\n"
        f"channelvars={','.join(CHANNEL_VARIABLES)}\n\n"
        f"[{plan.ari_user}]\ntype=user\nread_only=no\npassword_format=plain\npassword={plan.ari_password}\n"
    )
