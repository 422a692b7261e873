"""``tsuwaroku audit …``: what a person types about the access log."""

from __future__ import annotations

from typing import Annotated

import typer

from core.logs import start_logging
from runtime.environment import read_settings

audit_commands = typer.Typer(help="アクセス記録", no_args_is_help=True)


@audit_commands.command("verify")
def audit_verify(
    heads: Annotated[
        str, typer.Option(help="外に控えた署名の置き場所（フォルダーか URL。なければ設定の送り先）")
    ] = "",
    key: Annotated[str, typer.Option(help="控えを確かめる公開鍵（16 進。なければこの機械のもの）")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON で出す")] = False,
) -> None:
    """アクセス記録の書き換え・抜き取り・切り落とし・順番の入れ替え・作り直しがないかを確かめます。"""
    from runtime.audit_report import verify_audit

    start_logging("audit")
    if not verify_audit(read_settings(), heads=heads, public_key=key, as_json=as_json):
        raise typer.Exit(1)


@audit_commands.command("key")
def audit_key() -> None:
    """控えの署名を確かめる公開鍵を表示します。この機械の外に控えてください。"""
    from runtime.audit_report import tell_head_key

    start_logging("audit")
    tell_head_key(read_settings())
