"""Which modules Asterisk loads: exactly these, because what is not loaded cannot be attacked.

The order and the odd companions were found by loading: with autoload off a module whose symbols another
one provides fails only at load time ("undefined symbol").
"""

from __future__ import annotations

_REQUIRED = ("chan_pjsip", "res_ari", "app_stasis", "app_mixmonitor", "app_stasis_broadcast")

_LOADED = (
    # SIP
    "res_pjproject", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb",
    "res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_pjsip_sdp_rtp",
    "res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user",
    "res_pjsip_registrar", "res_pjsip_caller_id", "res_pjsip_dlg_options", "res_pjsip_header_funcs",
    "res_pjsip_rfc3326", "res_pjsip_refer", "res_pjsip_path", "res_pjsip_nat", "res_srtp",
    "res_rtp_asterisk",
    # The only timing source: res_timing_dahdi floods channels that are spied on.
    "res_timing_timerfd",
    "res_musiconhold",
    # Bridges. Not bridge_native_rtp: where nothing records it lets the operator's keys pass to the caller,
    # and nobody hears them (measured: no flag key on lines that are recorded on request).
    "bridge_simple", "bridge_softmix", "bridge_holding", "chan_bridge_media",
    # G.711 only: rates mixed in one bridge break MixMonitor.
    "codec_alaw", "codec_ulaw", "codec_a_mu", "codec_resample",
    "format_wav", "format_pcm", "format_sln",
    # ARI
    "res_http_websocket", "res_websocket_client", "res_ari_model", "res_ari", "res_stasis",
    "res_stasis_answer", "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop",
    "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels",
    "res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_recordings",
    "app_stasis", "res_stasis_broadcast", "app_stasis_broadcast",
    # Dialplan; app_mixmonitor needs func_periodic_hook, which needs the four before it.
    "app_chanspy", "func_cut", "func_groupcount", "func_uri", "func_periodic_hook", "app_mixmonitor",
    "app_dial", "app_directed_pickup", "app_originate", "app_playback", "app_playtones", "app_stack",
    "func_callerid", "func_channel", "func_db", "func_env", "func_global", "func_lock", "func_logic",
    "func_strings", "func_volume",
    # The sound of watched calls, on its way to the recogniser of live text.
    "res_audiosocket", "app_audiosocket",
    "pbx_config",
)  # fmt: skip


def render_modules() -> str:
    """Return modules.conf."""
    lines = ["[modules]", "autoload=no"]
    lines += [f"require={name}.so" for name in _REQUIRED]
    lines += [f"load={name}.so" for name in _LOADED if name not in _REQUIRED]
    return "\n".join(lines) + "\n"
