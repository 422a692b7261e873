"""``tsuwaroku verify-quote`` and ``quote-key``: what whoever is given a quote types, and the city."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.logs import start_logging


def add_quote_commands(app: typer.Typer) -> None:
    """Let people type them."""
    app.command("verify-quote")(verify_quote)
    app.command("quote-key")(quote_key)


def verify_quote(
    file: Annotated[Path, typer.Argument(help="引用ファイル（.tsuquote）")],
    key: Annotated[Path, typer.Option(help="市が公表した公開鍵のファイル（PEM か 16 進）。別に受け取ること")],
    fingerprint: Annotated[str, typer.Option(help="市が公表した鍵の指紋（SHA-256、16 進）。鍵と照らす")] = "",
    clip: Annotated[Path | None, typer.Option(help="正しいときに、音声（FLAC）を書き出すファイル")] = None,
    english: Annotated[bool, typer.Option("--english", help="英語で答える")] = False,
) -> None:
    """引用ファイルが市のものか、変えられていないかを確かめます。通信も設定も使いません。

    終了の値: 0 正しい、1 正しくない、2 確かめられない。
    """
    from runtime.quote_report import tell_quote

    raise typer.Exit(tell_quote(file, key, fingerprint=fingerprint, clip=clip, english=english))


def quote_key(
    out: Annotated[Path | None, typer.Option(help="鍵を書き出すファイル（PEM）")] = None,
) -> None:
    """引用ファイルを確かめる公開鍵と、その指紋を表示します。市のウェブサイトや例規集で公表してください。"""
    from runtime.environment import read_settings
    from runtime.quote_report import tell_quote_key

    start_logging("quote-key")
    tell_quote_key(read_settings(), out)
