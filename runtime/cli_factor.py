"""``tsuwaroku account forget-second-factor``: for whoever lost the telephone and the recovery codes."""

from __future__ import annotations

import typer
from typer import echo

from core.logs import start_logging
from runtime.environment import read_settings


def add_factor_command(account_commands: typer.Typer) -> None:
    """Add the command to those about people."""
    account_commands.command("forget-second-factor")(_forget_second_factor)


def _forget_second_factor(login: str) -> None:
    """認証アプリも復旧コードも使えない人の二段階認証を解き、その人のログインをすべて終わらせます。"""
    from runtime.people import forget_second_factor

    start_logging("account")
    if forget_second_factor(read_settings(), login):
        echo(f"利用者 {login} の二段階認証を解きました。本人に会って確かめてから、知らせてください。")
    else:
        echo(f"利用者 {login} は二段階認証を使っていません。")
