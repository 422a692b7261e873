"""What people read about keeping and destroying: names of classes and rules, and a certificate as text."""

from __future__ import annotations

from collections.abc import Mapping

from api.wording import full_time, length
from core.ids import DepartmentId
from storage.certificates import Certificate

CLASS_NAMES = {
    "buffer": "一時保持",
    "unflagged": "フラグなし",
    "flagged": "記録・フラグ",
    "practice": "練習",
    "incident": "事案",
    "disclosure": "開示請求",
}
RULE_NAMES = {
    **{f"{kind}-period-over": f"保存期間の終わり（{name}）" for kind, name in CLASS_NAMES.items()},
    **{f"{kind}-approved": f"廃棄の承認（{name}）" for kind, name in CLASS_NAMES.items()},
    "practice-destroyed-on-request": "練習の録音の廃棄の指示",
}
_KINDS = {"master": "原本", "listening": "再生用", "peaks": "波形"}


def rule_name(rule: str) -> str:
    """Say in words by which rule something was destroyed; a code nobody named stays a code."""
    return RULE_NAMES.get(rule, rule)


def certificate_text(
    proof: Certificate, departments: Mapping[DepartmentId, str], approvers: Mapping[str, str]
) -> str:
    """Write a certificate as text: what, when, by which rule, which hashes, approved by whom.

    Args:
        proof: the certificate
        departments: names
        approvers: account ids → names
    """
    told = proof.evidence
    lines = [
        "廃棄の証明",
        "",
        f"録音の番号　　　　{proof.recording}",
        f"廃棄を終えた日時　{full_time(proof.at)}",
        f"根拠　　　　　　　{rule_name(proof.rule)}",
        f"指示した人　　　　{proof.by or 'なし（定めた期間による自動の廃棄）'}",
    ]
    if "class" in told:
        lines += [
            f"区分　　　　　　　{CLASS_NAMES.get(told['class'], told['class'])}",
            f"部署　　　　　　　{departments.get(told['department'], told['department'])}",
            f"録音の始まり　　　{told['started_at']}（UTC）",
            f"録音の長さ　　　　{length(told['seconds'])}",
            f"封緘した日時　　　{told['sealed_at']}（UTC）",
            f"保存期限　　　　　{told['destroy_after']}（UTC）",
            f"鍵を消した日時　　{told['key_destroyed_at']}（UTC）",
            f"音声の照合値　　　{told['samples_sha256']}",
        ]
        lines += [
            f"承認　　　　　　　{approvers.get(one['account'], one['account'])}（{one['at']} UTC）"
            for one in told["approved_by"]
        ]
    lines += ["", "消した実物（照合値は SHA-256）"]
    for one in told["objects"]:
        lines += [
            f"  {_KINDS.get(one['kind'], one['kind'])}　{one['bytes']} バイト",
            f"    封緘した形　{one['sealed_sha256']}",
            f"    封緘する前　{one['plain_sha256']}",
        ]
    lines += ["", "録音ごとの鍵、文字起こし、検索の索引、声の計測も消しました。", ""]
    return "\n".join(lines)
