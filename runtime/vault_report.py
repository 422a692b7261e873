"""``tsuwaroku vault verify``: what the verification found, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping

from typer import echo

from core.settings import Settings
from runtime.installation import Installation
from runtime.wiring import worker_parts
from storage.vault_verify import VaultReport

FAULTS: Mapping[str, str] = {
    "object-missing": "録音の実物がありません",
    "object-size-differs": "実物の大きさが記録と違います",
    "sealed-hash-differs": "実物が封緘したときから変わっています",
    "plain-hash-differs": "開いた中身が封緘したときと違います",
    "object-does-not-open": "封緘を開けません（鍵が違うか、壊れています）",
    "key-missing": "録音の鍵がありません",
    "master-missing": "原本がありません",
    "destroyed-but-key-left": "廃棄したはずの鍵が残っています",
    "destroyed-but-objects-left": "廃棄したはずの実物が残っています",
    "destroyed-without-certificate": "廃棄の証明がありません",
    "object-of-no-recording": "どの録音のものでもない実物があります",
    "recording-missing": "開いた記録のある録音が、廃棄の記録もなく失われています",
    "entry-missing": "アクセス記録の鎖が抜けています",
    "entry-altered": "アクセス記録の鎖が書き換えられています",
    "order-broken": "アクセス記録の順番が変わっています",
    "knock-missing": "アクセス記録の行が消されています",
    "knock-altered": "アクセス記録の行が書き換えられています",
    "knock-not-chained": "鎖につながれていないアクセス記録があります",
    "end-cut-off": "アクセス記録の終わりが切り落とされています（控えより短くなっています）",
    "chain-rewritten": "アクセス記録が作り直されています（控えと違います）",
    "head-not-ours": "この市の署名ではない控えがあります",
    "certificate-altered": "廃棄の証明が、外に送った一覧と違います",
    "certificate-missing": "外に送った一覧にある廃棄の証明がありません",
    "list-not-ours": "この市の署名ではない廃棄の一覧があります",
}


def verify_vault(settings: Settings) -> bool:
    """Verify everything, tell what was found, and say whether all is sound.

    Raises:
        DatabaseAway, ObjectStoreFailed: it could not be checked
    """
    report = worker_parts(Installation(settings)).verifier.verify()
    for line in report_lines(report):
        echo(line)
    return report.is_sound


def report_lines(report: VaultReport) -> list[str]:
    """Write a report as lines for a person. The head of the log is worth keeping away from this machine."""
    counts = f"録音 {report.recordings} 件（うち廃棄済み {report.destroyed} 件）、実物 {report.objects} 個"
    lines = [
        f"{counts}、{report.bytes:,} バイト",
        f"アクセス記録 {report.chain.entries} 件、先頭の照合値 {report.chain.head.hex()}",
    ]
    lines += [
        f"誤り: {FAULTS[one.code]}（録音 {one.recording or '-'}、種類 {one.kind or '-'}）"
        for one in report.faults
    ]
    lines += [f"誤り: {FAULTS[one.code]}（{one.seq or one.knock}）" for one in report.chain.faults]
    lines.append("すべて正しい状態です。" if report.is_sound else "上の誤りを管理者と確かめてください。")
    return lines
