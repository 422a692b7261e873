"""``tsuwaroku phone …``: what a person types about desk phones."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import echo

from core.logs import start_logging
from runtime.environment import read_settings

phone_commands = typer.Typer(help="電話機", no_args_is_help=True)


@phone_commands.command("secret")
def phone_secret(phone: Annotated[str, typer.Argument(help="電話機の名前（市の設定ファイルの id）")]) -> None:
    """電話機のパスワードを新しくして、一度だけ表示します。"""
    from runtime.phone_secret import renew_phone_secret

    start_logging("phone")
    renewed = renew_phone_secret(read_settings(), phone)
    echo(f"電話機 {phone} の新しいパスワード: {renewed.password}")
    echo("もう一度見ることはできません。今すぐ電話機に入れてください。前のパスワードは使えなくなります。")
    if not renewed.told:
        echo("注意: 電話サーバーにまだ伝わっていません。起動し直すか、設定を書き出し直してください。")
