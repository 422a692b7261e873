"""Who must encrypt, who may come from where, and which certificate proves it, in PJSIP's words.

Asterisk does not refuse by itself a phone that is meant to use TLS and signs in by UDP (an endpoint's
``transport`` is about what we send). So for each such phone there is a decoy that UDP requests in its name
meet and that refuses everything; a gateway's calls are looked at where they come into the dialplan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from core.ids import PhoneId
from core.profile.model import CityProfile, Phone, Trunk
from core.profile.securing import MediaTransport, SipTransport
from telephony.asterisk_config.plan import PbxPlan, trunk_name
from telephony.asterisk_config.steps import priorities

REALM = "tsuwaroku"
_UDP_DOMAIN = "udp.tsuwaroku.invalid"
_EVERYWHERE = "0.0.0.0/0.0.0.0,::/0"

CERTIFICATE = "tls.pem"
KEY = "tls-key.pem"
"""Files of the server's certificate in Asterisk's configuration folder."""

_EXTENSIONS = ("_[2-9]X", "_[2-9]XX", "_[2-9]XXX", "_[2-9]XXXX", "_[2-9]XXXXX")
_ANY = ("_[0-9+*#a-zA-Z]", "_[0-9+*#a-zA-Z].")
_UNALLOCATED = 1
_REJECTED = 21  # Q.850 cause 21, "403 Forbidden" in SIP


def digest_of(user: PhoneId | str, secret: str) -> str:
    """Return what Asterisk needs to check a SIP password, without the password (RFC 7616 §3.4.2).

    MD5 because desk phones know nothing else; the secret is 24 random bytes, so no list of words helps.
    """
    told = f"{user}:{REALM}:{secret}".encode()
    return hashlib.md5(told, usedforsecurity=False).hexdigest()


def authority_file(trunk: Trunk) -> str:
    """Name the file with a gateway's certificate authority in Asterisk's configuration folder."""
    return f"{trunk_name(trunk.id)}-authority.pem"


def tls_trunks(profile: CityProfile) -> list[Trunk]:
    """Return the gateways that use TLS, in the order of their ports."""
    return [one for one in profile.trunks if one.transport is SipTransport.TLS]


def tls_phones(profile: CityProfile) -> list[Phone]:
    """Return the phones that use TLS."""
    return [one for one in profile.phones if one.transport is SipTransport.TLS]


def uses_tls(profile: CityProfile) -> bool:
    """Say whether a certificate is needed at all."""
    return bool(tls_trunks(profile) or tls_phones(profile))


def trunk_port(profile: CityProfile, plan: PbxPlan, trunk: Trunk) -> int:
    """Return the TLS port of a gateway: each has its own, on which nobody else's certificate counts."""
    return plan.sip_tls_port + 1 + [one.id for one in tls_trunks(profile)].index(trunk.id)


def transports(profile: CityProfile, plan: PbxPlan) -> Iterator[str]:
    """Return every transport. UDP is always there, for the practice caller at least."""
    yield (
        f"[udp]\ntype=transport\nprotocol=udp\nbind={plan.sip_address}:{plan.sip_port}\ndomain={_UDP_DOMAIN}\n"
    )
    if tls_phones(profile):
        yield _tls("tls", plan, plan.sip_tls_port)
    for trunk in tls_trunks(profile):
        proof = (
            f"ca_list_file={plan.etc / authority_file(trunk)}\n"
            "verify_client=yes\nrequire_client_cert=yes\nverify_server=yes\n"
        )
        yield _tls(_transport_of(trunk), plan, trunk_port(profile, plan, trunk)) + proof


def _tls(name: str, plan: PbxPlan, port: int) -> str:
    return (
        f"[{name}]\ntype=transport\nprotocol=tls\nbind={plan.sip_address}:{port}\n"
        # Every desk phone that knows TLS speaks 1.2, and whatever is older is broken (RFC 8996).
        f"method=tlsv1_2\ncert_file={plan.etc / CERTIFICATE}\npriv_key_file={plan.etc / KEY}\n"
    )


def _transport_of(trunk: Trunk) -> str:
    return f"tls-{trunk_name(trunk.id)}"


def phone_security(phone: Phone) -> str:
    """Return an endpoint's lines about encryption and about where the phone may be."""
    lines = "transport=tls\n" if phone.transport is SipTransport.TLS else ""
    lines += _media(phone.media)
    if phone.addresses:
        lines += f"deny={_EVERYWHERE}\npermit={','.join(phone.addresses)}\n"
    return lines


def trunk_security(trunk: Trunk) -> str:
    """Return a gateway's lines about encryption, and where its calls come in."""
    transport = f"transport={_transport_of(trunk)}\n" if trunk.transport is SipTransport.TLS else ""
    return f"context={trunk_context(trunk)}\n{transport}{_media(trunk.media)}"


def trunk_target(trunk: Trunk) -> str:
    """Return where calls to a gateway go."""
    return f"{trunk.contact};transport=tls" if trunk.transport is SipTransport.TLS else f"{trunk.contact}"


def _media(media: MediaTransport) -> str:
    return "media_encryption=sdes\n" if media is MediaTransport.SRTP else ""


def decoys(profile: CityProfile) -> Iterator[str]:
    """Return what meets a request by UDP in the name of a phone that uses TLS: a closed door."""
    for phone in tls_phones(profile):
        yield (
            f"[{phone.id}@{_UDP_DOMAIN}](common)\ncontext=closed\nidentify_by=username\ndeny={_EVERYWHERE}\n"
        )


def trunk_context(trunk: Trunk) -> str:
    """Name where a gateway's calls come in: straight in, or past a look at them."""
    looked_at = trunk.transport is SipTransport.TLS or not trunk.internal_numbers
    return f"entrance-{trunk_name(trunk.id)}" if looked_at else "from-trunk"


def render_entrances(profile: CityProfile, plan: PbxPlan) -> str:
    """Return the dialplan where calls are looked at before they come in."""
    parts: list[str] = []
    for trunk in profile.trunks:
        if trunk.practice or trunk_context(trunk) == "from-trunk":
            continue
        rules = [f"[{trunk_context(trunk)}]\n"]
        if not trunk.internal_numbers:
            rules += [f"exten => {one},1,Hangup({_UNALLOCATED})\n" for one in _EXTENSIONS]
        way_in = ("Goto(from-trunk,${EXTEN},1)",)
        if trunk.transport is SipTransport.TLS:
            # The gateway's own door alone asked for its certificate; its address is known at every door.
            door = f":{trunk_port(profile, plan, trunk)}"
            seen = f"${{CHANNEL(pjsip,secure)}}${{CHANNEL(pjsip,local_addr):-{len(door)}}}"
            way_in = (
                f'GotoIf($["{seen}" = "1{door}"]?in)',
                f"Hangup({_REJECTED})",
                "(in),Goto(from-trunk,${EXTEN},1)",
            )
        rules += [priorities(one, *way_in) for one in _ANY]
        parts.append("".join(rules))
    return "\n" + "\n".join(parts) if parts else ""
