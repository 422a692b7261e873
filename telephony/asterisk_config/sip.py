"""PJSIP: who may speak SIP with us, and where each of them arrives.

A trunk is known by its address, a phone by its password, and nobody else at all. The address is looked at
first: a citizen whose number happens to equal a phone's id must not be asked for that phone's password.
"""

from __future__ import annotations

import ipaddress
import re

from core.profile.model import CityProfile, Trunk
from telephony.asterisk_config.outbound import phone_context
from telephony.asterisk_config.picking_up import pickup_groups
from telephony.asterisk_config.plan import BadPbxPlan, PbxPlan, trunk_name
from telephony.asterisk_config.sip_security import (
    REALM,
    decoys,
    phone_security,
    transports,
    trunk_security,
    trunk_target,
)

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CONTACT = re.compile(r"sips?:[A-Za-z0-9.:@\[\]_-]+")

_LONGEST_SECONDS = 600
"""How long a registration lasts at most, so also how long one made with an old password does."""

PRACTICE_NAME = "練習通話"
PRACTICE_NUMBER = "05000000000"
"""What a practice call shows as its caller: nobody's number, 050-0… is not assigned."""

_GLOBAL = f"""[global]
type=global
; The default timers hold; a stranger is told no version.
user_agent=tsuwaroku
endpoint_identifier_order=ip,username
default_realm={REALM}
"""

_COMMON = """type=endpoint
transport=udp
disallow=all
allow=ulaw,alaw
direct_media=no
dtmf_mode=rfc4733
rtp_symmetric=yes
force_rport=yes
rewrite_contact=yes
language=ja
; A transfer by the other side itself would look like a new call; transfers are made through ARI.
allow_transfer=no
; Connected-line updates are re-INVITEs in mid-call, which simple trunks answer by hanging up.
send_connected_line=no
trust_connected_line=no
; A peer that vanished without BYE must not occupy a line for ever; no live phone is silent for so long.
rtp_timeout=300
rtp_timeout_hold=3600
"""


_REFERS = """; A desk phone's own transfer (REFER) is told to us and made by us. Asterisk itself
; moves no call: in the dialplan's hands, with nobody to tell, it changes nothing and the call goes on.
allow_transfer=yes
set_var=PJSIP_TRANSFER_HANDLING()=ari-only
"""


def render_sip(profile: CityProfile, plan: PbxPlan) -> str:
    """Return pjsip.conf. Raises BadPbxPlan for ids, addresses or contacts that cannot stand in it."""
    parts = [
        _GLOBAL,
        *transports(profile, plan),
        f"[common](!)\n{_COMMON}",
    ]
    callers = {trunk.id for trunk in profile.trunks if trunk.practice}
    parts += [_practice_caller(one, plan) if one.practice else _trunk(one) for one in profile.trunks]
    for phone in profile.phones:
        if phone.id in callers or phone.id.startswith(trunk_name("")):
            raise BadPbxPlan(f"電話機の名前「{phone.id}」は使えません。別の名前を付けてください。")
        more = _REFERS + f"named_pickup_group={pickup_groups(profile, phone)}\n" + phone_security(phone)
        parts.append(
            _account(_checked(phone.id), phone_context(profile, phone), _secret(plan, phone.id), more)
        )
    parts += decoys(profile)
    return "\n".join(parts)


def _practice_caller(trunk: Trunk, plan: PbxPlan) -> str:
    """Return the account of the practice caller (練習の相手). It reaches practice lines only."""
    more = f'callerid="{PRACTICE_NAME}" <{PRACTICE_NUMBER}>\n'
    return _account(_checked(trunk.id), "from-practice", plan.practice_secret, more)


def _trunk(trunk: Trunk) -> str:
    name = trunk_name(_checked(trunk.id))
    try:
        matches = [str(ipaddress.ip_network(address, strict=False)) for address in trunk.addresses]
    except ValueError:
        raise BadPbxPlan(f"外線「{trunk.id}」の addresses は IP アドレスで書いてください。") from None
    # By its address alone: a trunk has no password, so whoever took its name in From would be believed.
    text = f"[{name}](common)\nidentify_by=ip\ntrust_id_inbound=yes\n" + trunk_security(trunk)
    # Sound goes where the gateway's SDP says, never to whoever sent some to the call's port first.
    text += "rtp_symmetric=no\n"
    if trunk.contact is not None:
        if not _CONTACT.fullmatch(trunk.contact):
            raise BadPbxPlan(f"外線「{trunk.id}」の contact は sip:… の形で書いてください。")
        text += f"aors={name}\n\n[{name}]\ntype=aor\ncontact={trunk_target(trunk)}\n"
    return (
        text + f"\n[{name}]\ntype=identify\nendpoint={name}\n" + "".join(f"match={one}\n" for one in matches)
    )


def _account(name: str, context: str, secret: str, more: str = "") -> str:
    return (
        f"[{name}](common)\ncontext={context}\nidentify_by=username\nauth={name}\naors={name}\n{more}\n"
        f"[{name}]\ntype=auth\nauth_type=digest\nusername={name}\n"
        f"realm={REALM}\npassword_digest=MD5:{secret}\n\n"
        # One phone, one registration: a phone that restarted replaces its own stale contact; one whose
        # secret was changed is gone when its time is over.
        f"[{name}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n"
        f"maximum_expiration={_LONGEST_SECONDS}\n\n"
    )


def _checked(name: str) -> str:
    if not _ID.fullmatch(name):
        raise BadPbxPlan(f"名前「{name}」には半角の英小文字・数字・ハイフンだけを使ってください。")
    return name


def _secret(plan: PbxPlan, phone: str) -> str:
    secret = plan.phone_secrets.get(phone)  # pyright: ignore[reportArgumentType]
    if not secret:
        raise BadPbxPlan(f"電話機「{phone}」の SIP パスワードがありません。")
    return secret
