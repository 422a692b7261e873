"""AMI: on loopback only, one user with a generated password, and no more rights than recording needs.

ARI can neither start nor stop a recording, nor read Asterisk's database; for these alone AMI is on.
"""

from __future__ import annotations

from telephony.asterisk_config.plan import AMI_PORT, AMI_USER, PbxPlan

AMI_LISTENER = "tsuwaroku-watch"


def render_manager(plan: PbxPlan) -> str:
    """Return manager.conf. Without a password AMI is off, and lines cannot be recorded on request."""
    if not plan.ami_password:
        return "[general]\nenabled=no\n"
    return (
        f"[general]\nenabled=yes\nwebenabled=no\nbindaddr={plan.ami_host}\nport={AMI_PORT}\n"
        "displayconnects=no\nauthtimeout=5\nauthlimit=10\n\n"
        f"[{AMI_USER}]\nsecret={plan.ami_password}\ndeny=0.0.0.0/0.0.0.0\npermit=127.0.0.0/255.0.0.0\n"
        "read=none\nwrite=system,call\n\n"
        # Hears how often a sign-in was refused, and may do nothing.
        f"[{AMI_LISTENER}]\nsecret={plan.ami_password}\ndeny=0.0.0.0/0.0.0.0\npermit=127.0.0.0/255.0.0.0\n"
        "read=security\nwrite=none\n"
    )
