"""``tsuwaroku backup-key``, ``backup`` and ``restore``: what a person types so that losing loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.logs import start_logging
from runtime.environment import read_settings

SECRET = "BACKUP_SECRET"  # noqa: S105  the name of a variable


def add_backup_commands(app: typer.Typer) -> None:
    """Let people type them."""
    app.command("backup-key")(backup_key)
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup_key(
    new: Annotated[bool, typer.Option("--new", help="もうある鍵を、新しい鍵に替える")] = False,
) -> None:
    """写しを封じる鍵を作り、写しを開く鍵を一度だけ表示します。紙に控えてください。"""
    from runtime.backup import make_backup_key

    start_logging("backup")
    make_backup_key(read_settings(), anew=new)


def backup(
    to: Annotated[str, typer.Option(help="写し先（別のディスクのフォルダー、または s3://…）")],
    quick: Annotated[bool, typer.Option(help="前に写した録音を読み直さない（大きさだけを見る）")] = False,
    keep_days: Annotated[int | None, typer.Option(min=1, help="この日数より前の写しを消す")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON で出す")] = False,
) -> None:
    """鍵のほかのすべての写しを作ります。動かしたままできます（足りない実物があれば終了の値 1）。"""
    from runtime.backup import make_backup

    start_logging("backup")
    if not make_backup(read_settings(), to=to, quick=quick, keep_days=keep_days, as_json=as_json):
        raise typer.Exit(1)


def restore(
    source: Annotated[str, typer.Option("--from", help="写しのある所")],
    keys: Annotated[
        Path | None, typer.Option(help="別に保管した鍵の写し（var/keys の中身のフォルダー）")
    ] = None,
    backup: Annotated[str, typer.Option("--set", help="どの回の写しか（なければ、いちばん新しいもの）")] = "",
    heads: Annotated[
        str, typer.Option(help="外に控えたアクセス記録の署名と廃棄の一覧の置き場所（なければ設定の送り先）")
    ] = "",
    secret: Annotated[
        str,
        typer.Option(
            envvar=SECRET, prompt="写しを開く鍵", hide_input=True, show_envvar=False, help="写しを開く鍵"
        ),
    ] = "",
) -> None:
    """空のフォルダーに写しを戻します。写しのあとで廃棄したものは戻しません（誤りがあれば終了の値 1）。"""
    from runtime.restore import restore_backup

    start_logging("restore")
    wanted = {"source": source, "name": backup, "heads": heads, "secret": secret}
    if not restore_backup(read_settings(), keys=keys, **wanted):
        raise typer.Exit(1)
