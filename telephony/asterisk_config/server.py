"""Asterisk itself: folders, limits, and a log that holds nothing personal.

Asterisk's own notices and warnings quote callers, so only errors are written, verbose output is off, and the
call detail records and channel events, which are lists of numbers, are not kept at all. What is noted of a
call instead stands in `call_record.py`.
"""

from __future__ import annotations

from telephony.asterisk_config.plan import PbxPlan

_MOST_CALLS = 2000
"""Nobody is refused because the machine is busy: beyond what was measured (`settings.watch.calls_at_once`) an
alarm and a mark on each recording show the risk. This bound is there for a flood alone."""

_MOST_FILES = 65536
"""A call holds about a dozen sockets and files; the usual 1024 would end the service at eighty calls."""


def render_asterisk(plan: PbxPlan) -> str:
    """Return asterisk.conf."""
    return f"""[directories]
astetcdir => {plan.etc}
astmoddir => {plan.modules}
astdatadir => {plan.data}
astagidir => {plan.home}/agi
astvarlibdir => {plan.home}/lib
astdbdir => {plan.home}/db
astkeydir => {plan.home}/keys
astspooldir => {plan.spool}
astrundir => {plan.home}/run
astlogdir => {plan.home}/log
astcachedir => {plan.home}/cache

[options]
verbose = 0
debug = 0
nocolor = yes
dontwarn = yes
hideconnect = yes
; Prefix of every call's id: unique across servers and restarts.
systemname = {plan.instance}
live_dangerously = no
execincludes = no
cache_record_files = no
maxcalls = {_MOST_CALLS}
maxfiles = {_MOST_FILES}

[files]
astctlpermissions = 0600
"""


def render_logger() -> str:
    """Return logger.conf.

    Warnings stay out: of a display name in Shift JIS, as gateways in Japan send it, res_pjsip warns with
    name and number in clear (22.10.1: "CallerID Name '…' for number '…' has invalid UTF-8 characters").
    """
    return "[general]\ndateformat=%F %T.%3q\n\n[logfiles]\nmessages => error\n"


def render_rtp(plan: PbxPlan) -> str:
    """Return rtp.conf."""
    return f"[general]\nrtpstart={plan.rtp_start}\nrtpend={plan.rtp_end}\nstrictrtp=yes\nicesupport=no\n"


def render_indications() -> str:
    """Return indications.conf with the tones people in Japan know."""
    return (
        "[general]\ncountry=jp\n\n[jp]\ndescription=Japan\nringcadence=1000,2000\ndial=400\nbusy=400/500,0/500\n"
        "ring=400+15/1000,0/2000\ncongestion=400/500,0/500\n"
    )


def render_music(plan: PbxPlan) -> str:
    """Return musiconhold.conf: what a held caller hears, one melody of ours again and again."""
    return f"[general]\n\n[default]\nmode=files\ndirectory={plan.hold_music}\n"


def render_quiet_files() -> dict[str, str]:
    """Return the files that only say "no", or that Asterisk misses loudly when they do not exist."""
    return {
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "stasis.conf": "[threadpool]\ninitial_size=5\nidle_timeout_sec=20\nmax_size=50\n",
        "pjproject.conf": "[startup]\nlog_mappings=yes\n",
        "udptl.conf": "[general]\n",
        "acl.conf": "",
        "ccss.conf": "",
        "sorcery.conf": "",
        "websocket_client.conf": "",
    }
