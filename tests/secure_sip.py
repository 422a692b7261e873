"""SIP agents that can encrypt: TLS that believes one authority, SRTP or plain RTP, a certificate or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from baresip.config import Account, Config
from baresip.runtime import Runtime
from baresip.ua import UserAgent

from runtime.practice.sip_agent import SipAgent


async def start_secure_sip(told: Mapping[str, Any]) -> Runtime:
    """Start a stack: ``address`` it speaks from; PEM files: ``authority`` believed, ``certificate`` shown."""
    lines = [f"sip_listen {told['address']}:0", "rtp_ports 10000-15000", "audio_buffer 20-160"]
    if told.get("authority"):
        lines += [f"sip_cafile {told['authority']}", "sip_verify_server yes"]
    if told.get("certificate"):
        lines.append(f"sip_certificate {told['certificate']}")
    runtime = Runtime(native_log_level="error")
    await runtime.start(
        Config(
            net_interface=told["address"],
            max_concurrent_calls=4,
            native_log_level="error",
            extra_config_text="\n".join(lines) + "\n",
        )
    )
    return runtime


async def secure_agent(runtime: Runtime, account: Mapping[str, Any]) -> SipAgent:
    """Make an agent; raises RegistrationError when it is to register and may not."""
    agent = await UserAgent.create(
        runtime,
        Account(
            user=account["user"],
            domain=account["server"],
            password=account["password"],
            reg_interval=60 if account["register"] else 0,
            transport=account["transport"],
            audio_codecs=("pcmu",),
            extra_params=("mediaenc=srtp-mand",) if account["srtp"] else (),
        ),
        transfer_policy="reject",
    )
    if account["register"]:
        await agent.register(timeout=5.0)
    return SipAgent(agent)
