"""``tsuwaroku leak-report``: what a person types on the worst day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.logs import start_logging
from runtime.environment import read_settings


def add_leak_command(app: typer.Typer) -> None:
    """Let people type it."""
    app.command("leak-report")(leak_report)


def leak_report(  # noqa: PLR0913, PLR0917  what people may say; typer passes them by name
    account: Annotated[str, typer.Option(help="利用者のログイン名")] = "",
    address: Annotated[str, typer.Option(help="画面にログインした機械のアドレス（30 日前まで）")] = "",
    since: Annotated[str, typer.Option(help="この日時から（2026-11-01 か 2026-11-01T09:00）")] = "",
    until: Annotated[str, typer.Option(help="この日時の前まで（なければ今）")] = "",
    known: Annotated[str, typer.Option(help="漏えいを知った日（なければ今日）")] = "",
    drafts: Annotated[Path | None, typer.Option(help="委員会への報告の案を書き出すフォルダー")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON で出す")] = False,
) -> None:
    """だれのどの録音が開かれたかを閲覧記録から調べ、個人情報保護委員会への報告の案を作ります。"""
    from runtime.leak_report import asked_for, report_leak

    start_logging("leak-report")
    asked = asked_for(account=account, address=address, since=since, until=until, known=known)
    report_leak(read_settings(), asked, drafts=drafts, as_json=as_json)
