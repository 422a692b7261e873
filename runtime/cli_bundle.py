"""``tsuwaroku bundle verify``: what whoever received a bundle types. No database, no settings, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

bundle_commands = typer.Typer(help="交付した録音（開示）", no_args_is_help=True)


@bundle_commands.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="受け取ったファイル（.zip）")],
    key: Annotated[Path, typer.Option(help="市が公表した公開鍵のファイル（PEM か 16 進）。別に受け取ること")],
    fingerprint: Annotated[str, typer.Option(help="市が公表した鍵の指紋（SHA-256、16 進）。鍵と照らす")] = "",
    password: Annotated[
        str, typer.Option(prompt="パスワード", hide_input=True, help="別に届いたパスワード")
    ] = "",
) -> None:
    """受け取ったファイルが市のものか、変えられていないかを確かめます。通信も設定も使いません。

    終了の値: 0 正しい、1 正しくない、2 確かめられない。
    """
    from runtime.bundle_report import tell_bundle

    raise typer.Exit(tell_bundle(file, key, fingerprint=fingerprint, password=password.strip()))
