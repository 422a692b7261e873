"""Rules about encryption and about where phones may be. Pure: a draft in, findings out.

Half an encryption is refused: whoever wrote ``srtp`` believes that nobody can listen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

from core.profile.draft import Draft
from core.profile.faults import Finding
from core.profile.securing import MediaTransport, SipTransport

_TLS, _SRTP = SipTransport.TLS.value, MediaTransport.SRTP.value
_FILE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.(?:pem|crt)")
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def sound_is_encrypted_with_signalling(draft: Draft) -> Iterator[Finding]:
    """The keys of SRTP stand in the signalling (RFC 4568 §9): without TLS anybody can read them."""
    for one in (*draft.all("phones"), *draft.all("trunks")):
        if one.text("media") == _SRTP and one.text("transport") != _TLS:
            yield Finding(
                place=(*one.place, "media"),
                reason="音声だけを暗号化しても（srtp）、信号が暗号化されていなければ鍵を読み取られます。",
                instead="transport: tls も書いてください。",
            )


def gateways_prove_who_they_are(draft: Draft) -> Iterator[Finding]:
    """A gateway with TLS is known by its certificate as well as by its address."""
    for one in draft.all("trunks"):
        secure = one.text("transport") == _TLS
        if one.flag("practice") and (secure or one.text("media") == _SRTP):
            yield Finding(
                place=one.place,
                reason="練習の相手（practice: true）の通話は、この機械の中だけなので暗号化できません。",
                instead="transport と media の行を消してください。",
            )
        elif secure and not one.text("authority"):
            yield Finding(
                place=one.place,
                reason="TLS の回線に、相手の証明書を確かめるための認証局の証明書がありません。",
                instead="例: authority: certificates/denwa.pem",
            )
        elif not secure and one.text("authority"):
            yield Finding(
                place=(*one.place, "authority"),
                reason="認証局の証明書（authority）は、transport: tls のときだけ使います。",
                instead="transport: tls と書くか、authority の行を消してください。",
            )


def phones_are_where_they_belong(draft: Draft) -> Iterator[Finding]:
    """The addresses a phone may sign in from are addresses."""
    for one in draft.all("phones"):
        for place, address in one.texts("addresses"):
            try:
                ip_network(address, strict=False)
            except ValueError:
                yield Finding(
                    place=place,
                    reason=f"「{address}」は IPアドレスではありません。",
                    instead='数字の住所か範囲で書いてください。例: addresses: ["192.0.2.0/24"]',
                )


def authorities_can_be_read(draft: Draft, folder: Path) -> Iterator[Finding]:
    """Check the file of every certificate authority, beside the profile in ``folder``."""
    for one in draft.all("trunks"):
        for place, name in one.texts("authority"):
            if not _FILE.fullmatch(name):
                yield Finding(
                    place=place,
                    reason=f"ファイル名「{name}」は使えません。",
                    instead="設定ファイルの場所から半角の英数字で。例: certificates/denwa.pem",
                )
                continue
            try:
                readable = _CERTIFICATE in (folder / name).read_bytes()
            except OSError:
                readable = False
            if not readable:
                yield Finding(
                    place=place,
                    reason=f"「{name}」がないか、証明書（PEM）として読めません。",
                    instead="電話会社から受け取った認証局の証明書を、PEM の形で置いてください。",
                )


RULES = (
    sound_is_encrypted_with_signalling,
    gateways_prove_who_they_are,
    phones_are_where_they_belong,
)
