"""``tsuwaroku audit …``: whether the access log is as it was written, and the key that signs its heads."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from typer import echo

from core.errors import DomainError
from core.settings import Settings
from runtime.installation import Installation
from runtime.vault_report import FAULTS
from runtime.wiring import Parts, destructions_kept_at, worker_parts
from storage.access_heads import compare_with_heads
from storage.certificate_proof import compare_with_lists
from storage.chain_proof import ChainFault, verify_chain
from storage.signed_note import NoteNotOurs


class NoSuchHeads(DomainError):
    """控えの置き場所が見つかりません。フォルダーか、file:///… または s3://… を指定してください。"""

    code = "no-such-heads"


class NoSuchKey(DomainError):
    """公開鍵は 64 文字の 16 進です（./tsuwaroku audit key が示すもの）。"""

    code = "no-such-key"


def verify_audit(settings: Settings, *, heads: str, public_key: str, as_json: bool) -> bool:
    """Prove the access log, compare it with kept heads, and say whether nothing is wrong.

    Args:
        settings: of this machine
        heads: where kept heads lie; empty: where this machine sends them
        public_key: that signed them, in hex; empty: this machine's own
        as_json: for programs

    Raises:
        NoSuchHeads, NoSuchKey, DatabaseAway, ObjectStoreFailed: nothing can be said
    """
    parts = worker_parts(Installation(settings))
    place = parts.heads(heads_url(heads))
    key = _public_key(public_key) if public_key else parts.head_key.public_key()
    now = parts.clock.now()
    with closing(parts.database):
        chain = verify_chain(parts.database, now)
        agreeing, against_heads = compare_with_heads(parts.database, place, key, settings.instance, now)
        certificates, altered = _certificates(parts, heads_url(heads))
    faults = (*chain.faults, *against_heads)
    if as_json:
        told = [{"code": one.code, "seq": one.seq, "knock": one.knock and str(one.knock)} for one in faults]
        report = {
            "entries": chain.entries, "head": chain.head.hex(), "heads": agreeing, "faults": told,
            "certificates": certificates, "certificate_faults": altered,
        }  # fmt: skip
        echo(json.dumps(report, ensure_ascii=False))
        return not (faults or altered)
    echo(f"アクセス記録 {chain.entries:,} 件、先頭の照合値 {chain.head.hex()}")
    echo(f"控えと合うもの {agreeing:,} 件、廃棄の一覧と合う証明 {certificates:,} 件")
    for one in faults:
        echo(f"誤り: {_in_words(one)}")
    for code, recording in altered:
        echo(f"誤り: {FAULTS[code]}（録音 {recording}）")
    if not agreeing and not against_heads:
        echo("注意: 控えがありません。終わりを切り落とされても、この点検では分かりません。")
    echo(
        "アクセス記録は、書かれたままです。"
        if not (faults or altered)
        else "上の誤りを、システム管理の責任者に知らせてください。"
    )
    return not (faults or altered)


def tell_head_key(settings: Settings) -> None:
    """Show the public key that people keep apart, to know later whose signature a head bears."""
    echo(worker_parts(Installation(settings)).head_key.public_key().public_bytes_raw().hex())


def heads_url(given: str) -> str | None:
    """Return the URL of a place that people name; None where they name none.

    Raises:
        NoSuchHeads
    """
    if not given or "://" in given:
        return given or None
    if not Path(given).is_dir():
        raise NoSuchHeads
    return Path(given).absolute().as_uri()


def _certificates(parts: Parts, elsewhere: str | None) -> tuple[int, list[tuple[str, str]]]:
    """Count certificates that agree with the lists; name the others' faults as code and recording."""
    installation = parts.installation
    here = installation.settings.audit.heads_url or installation.home.heads.as_uri()
    try:
        told = destructions_kept_at(elsewhere or here, installation)
    except NoteNotOurs:
        return 0, [("list-not-ours", "-")]
    agreeing, faults = compare_with_lists(parts.database, told)
    return agreeing, [(one.code, str(one.recording)) for one in faults]


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError:
        raise NoSuchKey from None


def _in_words(fault: ChainFault) -> str:
    where = "" if fault.seq is None and fault.knock is None else f"（{fault.seq or fault.knock}）"
    return f"{FAULTS[fault.code]}{where}"
