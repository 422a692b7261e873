"""``tsuwaroku keys …``: what a person types about keys."""

from __future__ import annotations

from typing import Annotated

import typer

from core.logs import start_logging
from runtime.environment import read_settings

keys_commands = typer.Typer(help="暗号の鍵", no_args_is_help=True)


@keys_commands.command("check")
def keys_check() -> None:
    """鍵が、封緘した録音と電話番号に合うかを確かめます（合わなければ終了の値 1）。"""
    from runtime.key_ceremony import check_keys

    start_logging("keys")
    if not check_keys(read_settings()):
        raise typer.Exit(1)


@keys_commands.command("rotate")
def keys_rotate() -> None:
    """新しい鍵を作り、録音ごとの鍵を包み直します。途中で止まっても、もう一度実行すれば続きからできます。"""
    from runtime.key_ceremony import rotate_keys

    start_logging("keys")
    if not rotate_keys(read_settings()):
        raise typer.Exit(1)


@keys_commands.command("retire")
def keys_retire(
    key: Annotated[str, typer.Argument(help="keys check が示す、前の鍵の名前（kek-…）")],
) -> None:
    """前の鍵を使わないようにします。その鍵で包まれた録音が残っていれば、何もしません。"""
    from runtime.key_ceremony import retire_key

    start_logging("keys")
    retire_key(read_settings(), key)
