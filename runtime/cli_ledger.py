"""``tsuwaroku ledger``: what a person types once a month."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.logs import start_logging
from runtime.environment import read_settings


def add_ledger_command(app: typer.Typer) -> None:
    """Let people type it."""
    app.command("ledger")(ledger)


def ledger(
    month: Annotated[str, typer.Option(help="月（2026-11 の形）")],
    out: Annotated[Path, typer.Option(help="書き出すファイル（CSV）")],
) -> None:
    """聴取台帳を、公表できる形（氏名も件番号もない CSV）で書き出します。"""
    from runtime.ledger_report import write_ledger

    start_logging("ledger")
    write_ledger(read_settings(), month=month, out=out)
