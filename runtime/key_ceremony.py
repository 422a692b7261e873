"""What people do with keys: look whether they fit, rotate, retire. Told in Japanese; no key is ever shown."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from typer import echo

from core.settings import Settings
from runtime.error_words import in_words
from runtime.installation import Installation
from runtime.wiring import worker_parts
from storage.key_check import FindingCode, KeyCheck, KeyFinding, KeyReport
from storage.key_rotation import KeyRotation
from storage.keys import KeysAway, KeysMissing, KeysUnusable

FINDINGS: Mapping[FindingCode, str] = {
    "key-wrong": (
        "置かれている鍵が違います。録音 {recordings} 件は鍵 {kek_id} で包まれ、その鍵がここにありません。"
        "正しい鍵の写しを戻してください。今の鍵も消さないでください（今の鍵で封緘した録音に要ります）。"
    ),
    "key-lost": (
        "失われた鍵があります。録音 {recordings} 件は鍵 {kek_id} で包まれ、その鍵がここにありません。"
        "その鍵の写しを、今の鍵と並べて戻してください。"
    ),
    "keys-spoilt": "鍵 {kek_id} で開けない録音の鍵があります。./tsuwaroku vault verify で確かめてください。",
    "numbers-key-wrong": (
        "電話番号の鍵が違います。前の番号を読めず、同じ人からの電話かも分かりません。"
        "numbers.key と number-hash.key（または、はじめの鍵の値）の写しを戻してください。"
    ),
    "rotation-unfinished": (
        "鍵の入れ替えが途中です。録音 {recordings} 件が、まだ前の鍵 {kek_id} のままです（録音は開けます）。"
        "./tsuwaroku keys rotate をもう一度実行してください。"
    ),
}


def check_keys(settings: Settings) -> bool:
    """Tell whether the keys fit what was sealed, and say whether nothing is wrong.

    Raises:
        KeysAway, KeysMissing, KeysUnusable, DatabaseAway: nothing can be said
    """
    parts = worker_parts(Installation(settings))
    with closing(parts.database):
        report = KeyCheck(parts.database, parts.keys).look()
    for line in report_lines(report):
        echo(line)
    return not report.findings


def tell_at_start(installation: Installation) -> None:
    """Tell people at the start what is wrong with the keys, and raise an alarm for those who are not there.

    Raises:
        DatabaseAway
    """
    try:
        parts = worker_parts(installation)
        with closing(parts.database):
            check = KeyCheck(parts.database, parts.keys)
            report = check.look()
            check.raise_alarms(report)
    except (KeysAway, KeysMissing, KeysUnusable) as error:
        echo(f"    【鍵】{in_words(error)} 通話と録音は電話サーバーだけで続けます。", err=True)
        return
    for one in report.findings:
        echo(f"    【鍵】{_in_words(one)}", err=True)


def rotate_keys(settings: Settings) -> bool:
    """Begin a rotation or go on with it, and say whether everything is under the newest key.

    Raises:
        KeyNotHere, KeysGivenElsewhere, KeysAway, KeysMissing, KeysUnusable, DatabaseAway
    """
    installation = Installation(settings)
    parts = worker_parts(installation)

    def done(count: int) -> None:
        echo(f"    {count:,} 件を包み直しました。")

    with closing(parts.database):
        rotated = KeyRotation(parts.database, parts.keys).run(done)
    echo(f"鍵を入れ替えました。今の鍵は {rotated.newest} です（包み直した録音 {rotated.rewrapped:,} 件）。")
    echo(
        "新しい鍵の写しを、今すぐ別に保管してください（docs/operations.md 9 章）。前の鍵も、まだ消しません。"
    )
    if rotated.unopened:
        echo(f"誤り: 開けなかった録音の鍵が {rotated.unopened:,} 件あり、そのまま残しました。", err=True)
    return not rotated.unopened


def retire_key(settings: Settings, kek_id: str) -> None:
    """Take a key out of use that nothing is under any more, and say where it lies.

    Raises:
        KeyStillUsed, WrongKey, KeysGivenElsewhere, KeysAway, KeysMissing, KeysUnusable, DatabaseAway
    """
    parts = worker_parts(Installation(settings))
    with closing(parts.database):
        where = KeyRotation(parts.database, parts.keys).retire(kek_id)
    echo(f"鍵 {kek_id} を使わないようにしました。{where} にあります。")
    echo("この鍵の時代のデータベースの写しがすべてなくなったら、消してください。")


def report_lines(report: KeyReport) -> list[str]:
    """Write a report as lines for a person."""
    *older, newest = report.known
    lines = [f"今の鍵 {newest}: 録音 {report.used.get(newest, 0):,} 件"]
    lines += [f"前の鍵 {one}: 録音 {report.used.get(one, 0):,} 件" for one in older]
    lines += [f"誤り: {_in_words(one)}" for one in report.findings]
    if not report.findings:
        lines.append("鍵はそろっています。")
    return lines


def _in_words(finding: KeyFinding) -> str:
    return FINDINGS[finding.code].format(recordings=f"{finding.recordings:,}", kek_id=finding.kek_id)
