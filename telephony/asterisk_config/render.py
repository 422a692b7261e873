"""All files of one Asterisk's configuration, from the city profile and the plan. Pure: text in, text out."""

from __future__ import annotations

from core.profile.model import CityProfile
from telephony.asterisk_config.ami import render_manager
from telephony.asterisk_config.ari import render_ari, render_http
from telephony.asterisk_config.dialplan import render_dialplan
from telephony.asterisk_config.features import render_features
from telephony.asterisk_config.modules import render_modules
from telephony.asterisk_config.plan import PbxPlan
from telephony.asterisk_config.server import (
    render_asterisk,
    render_indications,
    render_logger,
    render_music,
    render_quiet_files,
    render_rtp,
)
from telephony.asterisk_config.sip import render_sip
from telephony.asterisk_config.sip_security import render_entrances


def render_configuration(profile: CityProfile, plan: PbxPlan) -> dict[str, str]:
    """Return file name → text. Raises BadPbxPlan when something in the profile cannot be said to Asterisk."""
    return {
        "asterisk.conf": render_asterisk(plan),
        "modules.conf": render_modules(),
        "logger.conf": render_logger(),
        "http.conf": render_http(plan),
        "ari.conf": render_ari(plan),
        "manager.conf": render_manager(plan),
        "pjsip.conf": render_sip(profile, plan),
        "rtp.conf": render_rtp(plan),
        "extensions.conf": render_dialplan(profile, plan) + render_entrances(profile, plan),
        "features.conf": render_features(profile),
        "musiconhold.conf": render_music(plan),
        "indications.conf": render_indications(),
        **render_quiet_files(),
    }
