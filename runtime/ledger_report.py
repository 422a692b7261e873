"""``tsuwaroku ledger``: writes the file of a month that the city publishes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from typer import echo

from api.ledger_file import ledger_file
from core.clock import SystemClock
from core.settings import Settings
from runtime.installation import Installation
from storage.database import Database
from storage.ledger import Wanted, month_of, read_ledger
from storage.ledger_publishing import publish


def write_ledger(settings: Settings, *, month: str, out: Path) -> None:
    """Write the whole hall's ledger of a month.

    Args:
        settings: of this machine
        month: like 2026-11
        out: the file; what stands there is written over

    Raises:
        NotAMonth, DatabaseAway
        OSError: the file cannot be written
    """
    asked = month_of(month)
    installation = Installation(settings)
    wanted = Wanted(month=asked, practice_only=installation.profile.access_terms.practice_only)
    database = Database(installation.dsn("worker"), connections=1)
    with closing(database), database.begin() as connection:
        found = read_ledger(connection, wanted)
    lines = publish(found.lines, installation.profile.access.publish_from)
    out.write_bytes(ledger_file(lines, wanted.month, installation.profile))
    echo(f"{out} に {found.count:,} 件の閲覧（{len(lines):,} 行）を書き出しました。")
    if wanted.month.until > SystemClock().now():
        echo(
            "この月はまだ終わっていません。公表は、月が終わってから作ったファイルで行ってください。", err=True
        )
