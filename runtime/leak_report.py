"""``tsuwaroku leak-report``: which persons and recordings an account, an address or a period touched."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from typer import echo

from core.clock import SystemClock
from core.errors import DomainError
from core.ids import AccountId, import_of_subject
from core.profile.model import CityProfile
from core.settings import Settings
from runtime.installation import Installation
from runtime.leak_draft import DUTIES, Deadlines, draft_of, persons_in
from runtime.unrecorded_report import HERE, moment_of
from runtime.wiring import worker_parts
from storage.database import Database
from storage.leak import Taken, Touch, account_of, from_there, logins, quoted, signed_in_from, touched

ACTS: Mapping[str, str] = {
    "listen": "録音を聞いた", "clip": "一部を聞いた", "read": "文字起こしを読んだ",
    "search": "検索で言葉を見た", "quote": "引用した", "take-out": "元のファイルを取り出した",
    "claim": "自分の通話にした", "live-listen": "通話中に聞いた", "live-whisper": "通話中に助言した",
    "live-barge": "通話に加わった", "live-take-over": "通話を引き取った", "live-text": "速報の文字を見た",
    "around-marks": "印の前後を聞いた・読んだ", "urgent": "緊急閲覧を始めた",
    "facts": "請求のため事実を調べた",
    "case": "事案を開いた", "paper": "事案の文書を取り出した",
    "accept": "請求に当たる録音にした", "restrict": "閲覧を制限した", "lift": "閲覧の制限を解いた",
}  # fmt: skip
OPENS_NOTHING = frozenset({"restrict", "lift"})
UNKNOWN = "（通話の記録がもうない）"


class NothingAsked(DomainError):
    """--account、--address、--since のどれかを書いてください。"""

    code = "nothing-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What people want to know: whose, from where, from when until when, and since when they know."""

    account: str = ""
    address: str = ""
    since: datetime | None
    until: datetime | None
    known: date

    def in_words(self) -> str:
        """Say it in Japanese."""
        who = [f"利用者 {self.account}"] if self.account else []
        where = [f"アドレス {self.address}"] if self.address else []
        since = f"{self.since.astimezone(HERE):%Y-%m-%d %H:%M} から" if self.since else "はじめから"
        until = f"{self.until.astimezone(HERE):%Y-%m-%d %H:%M} まで" if self.until else "今まで"
        return "、".join([*who, *where, since + until])


def asked_for(*, account: str, address: str, since: str, until: str, known: str) -> Asked:
    """Read what was typed.

    Raises:
        NothingAsked, NotAMoment
    """
    if not (account or address or since):
        raise NothingAsked
    day = moment_of(known) or SystemClock().now()
    return Asked(
        account=account, address=address, since=moment_of(since), until=moment_of(until),
        known=day.astimezone(HERE).date(),
    )  # fmt: skip


def report_leak(settings: Settings, asked: Asked, *, drafts: Path | None, as_json: bool) -> None:
    """Tell what was touched, and write a draft for each body whose calls they were.

    Args:
        settings: of this machine
        asked: what people want to know
        drafts: folder for the drafts; none are written without one
        as_json: for programs

    Raises:
        NoSuchAccount, DatabaseAway, KeysMissing, KeysUnusable, KeysAway
    """
    installation = Installation(settings)
    owner = Database(installation.dsn("owner"), connections=1)
    with closing(owner):
        names = logins(owner)
        touches, taken = _done(installation, owner, names, asked)
    # A search opens the recordings whose words it showed; without one it is counted alone.
    opened = [
        one
        for one in touches
        if one.granted and not one.practice and one.act not in OPENS_NOTHING and (one.recording or one.call)
    ]
    report = _report(installation, asked, names, touches, opened) | {
        "quotes": [
            {"at": one.at.isoformat(), "account": names.get(one.account), "recording": str(one.recording)}
            for one in taken
        ]
    }
    if as_json:
        echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        echo(_in_words(report))
    if drafts is not None:
        for file in _write_drafts(installation, asked, opened, drafts):
            if not as_json:
                echo(f"報告の案: {file}")


def _done(
    installation: Installation, owner: Database, names: Mapping[AccountId, str], asked: Asked
) -> tuple[Sequence[Touch], Sequence[Taken]]:
    since = asked.since or datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
    until = asked.until or SystemClock().now()
    accounts = None if not asked.account else [account_of(names, asked.account)]
    touches, taken = touched(owner, since, until, accounts), quoted(owner, since, until, accounts)
    touches = [_of_its_body(one, installation.profile) for one in touches]
    if not asked.address:
        return touches, taken
    parts = worker_parts(installation)
    parts.database.close()
    hours = installation.settings.console.absolute_hours
    present = signed_in_from(
        owner, names, asked.address, (since, until), key=parts.sign_in_key, session=timedelta(hours=hours)
    )
    return from_there(touches, present), from_there(taken, present)


def _report(
    installation: Installation,
    asked: Asked,
    names: Mapping[AccountId, str],
    touches: Sequence[Touch],
    opened: Sequence[Touch],
) -> dict[str, Any]:
    searches = [one for one in touches if one.act == "search" and one.granted and one.first]
    due = Deadlines(known=asked.known)
    by_person: dict[str, list[Touch]] = {}
    for one in opened:
        by_person.setdefault(one.whose, []).append(one)
    return {
        "asked": asked.in_words(),
        "persons": [
            {
                "person": whose if mine[0].person is not None else None,
                "calls": sorted({one.call for one in mine if one.call}),
                "recordings": sorted({str(one.recording) for one in mine if one.recording}),
                "acts": dict(Counter(one.act for one in mine)),
            }
            for whose, mine in by_person.items()
        ],
        "recordings": [_touch(one, names, installation.profile) for one in opened],
        "searches": {"count": len(searches), "hits": sum(one.hits for one in searches)},
        "refused": sum(not one.granted for one in touches),
        "practice": sum(one.practice for one in touches),
        "bodies": [
            {
                "agency": agency.id, "name": agency.name, "regime": agency.regime.value,
                "law": DUTIES[agency.regime].law, "persons": len(persons_in(mine)),
                "report_within_days": [str(day) for day in due.first], "final_by": str(due.final),
                "final_by_if_bad_purpose": str(due.final_of_bad_purpose),
            }
            for agency in installation.profile.agencies
            if (mine := [one for one in opened if one.agency == agency.id])
        ],
        "of_unknown_body": sum(one.agency is None for one in opened),
    }  # fmt: skip


def _of_its_body(one: Touch, profile: CityProfile) -> Touch:
    """Return it with its 実施機関: a recorder's file has no line, and its department says whose it is."""
    if one.agency is not None or import_of_subject(one.call or "") is None:
        return one
    agency = next((known.agency for known in profile.departments if known.id == one.department), None)
    regime = next((known.regime.value for known in profile.agencies if known.id == agency), None)
    return replace(one, agency=agency, regime=regime)


def _touch(one: Touch, names: Mapping[AccountId, str], profile: CityProfile) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(), "account": names.get(one.account) if one.account else None, "act": one.act,
        "purpose": one.purpose, "purpose_name": profile.purpose_name(one.purpose),
        "recording": str(one.recording) if one.recording else None, "call": one.call,
        "department": one.department, "agency": one.agency, "destroyed": one.destroyed,
    }  # fmt: skip


def _in_words(report: dict[str, Any]) -> str:
    persons, numbered = report["persons"], sum(one["person"] is not None for one in report["persons"])
    lines = [
        f"調べた範囲: {report['asked']}",
        f"開かれた通話の相手: {len(persons):,} 人",
        f"  電話番号で数えた {numbered:,} 人と、番号の分からない通話 {len(persons) - numbered:,} 件",
    ]
    for number, one in enumerate(persons, start=1):
        acts = "、".join(f"{ACTS.get(act, act)} {count} 回" for act, count in one["acts"].items())
        who = one["person"] or "番号なし"
        lines.append(f"  {number}. {who}  通話 {', '.join(one['calls']) or UNKNOWN}  {acts}")
    lines.append("開かれた録音と通話（古い順）:")
    for one in report["recordings"]:
        at = datetime.fromisoformat(one["at"]).astimezone(HERE)
        purpose = one["purpose_name"]
        gone = "（今は廃棄済み）" if one["destroyed"] else ""
        lines.append(
            f"  {at:%Y-%m-%d %H:%M:%S}  {one['account'] or '-'}  {ACTS.get(one['act'], one['act'])}"
            f"  {one['recording'] or one['call'] or '-'}{gone}  {one['department'] or '-'}  目的: {purpose}"
        )
    searches = report["searches"]
    lines.append(
        f"検索: {searches['count']:,} 回、示した件数の合計 {searches['hits']:,} 件"
        "（言葉を見せた通話は、上に含みます）"
    )
    lines.append(
        f"断られた試み: {report['refused']:,} 回。練習の通話: {report['practice']:,} 回（上に含みません）"
    )
    for body in report["bodies"]:
        first, last = body["report_within_days"]
        lines.append(
            f"{body['name']}: 相手 {body['persons']:,} 人。{body['law']}。速報 {first} ～ {last}、"
            f"確報 {body['final_by']}（不正の目的のおそれがあるとき {body['final_by_if_bad_purpose']}）"
        )
    if report["of_unknown_body"]:
        lines.append(
            f"通話の記録がもうなく、どの機関のものか分からないもの: {report['of_unknown_body']:,} 回"
        )
    lines.append(
        "この記録から分からないこと: 通話の一覧や通話メモの表示（日時・窓口・電話番号）、"
        "画面や音を写し取られたか、データベースやディスクを直接読まれたか。"
    )
    return "\n".join(lines)


def _write_drafts(
    installation: Installation, asked: Asked, opened: Sequence[Touch], folder: Path
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files: list[Path] = []
    for agency in installation.profile.agencies:
        mine = [one for one in opened if one.agency == agency.id]
        if not mine:
            continue
        file = folder / f"漏えい等の報告案-{agency.id}-{asked.known}.txt"
        file.touch(mode=0o600)
        file.write_text(draft_of(agency, mine, asked.in_words(), asked.known), encoding="utf-8")
        files.append(file)
    return files
