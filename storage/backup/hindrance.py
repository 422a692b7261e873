"""What stands in the way of a backup, in the words of whoever has to do something about it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from core.errors import DomainError
from storage.objects import ObjectStoreFailed, ObjectStoreFull


class BackupPlaceFull(DomainError):
    """写し先がいっぱいです。"""

    code = "backup-place-full"

    @classmethod
    @contextmanager
    def told(cls, sets: Sequence[str]) -> Generator[None]:
        """Say in words that a place is full or shut, and which backup is the newest whole one.

        Raises:
            BackupPlaceFull, BackupPlaceShut
        """
        kept = (
            f"前の写しは無事です（いちばん新しいものは {sets[-1]}）。"
            if sets
            else "写しはまだ一つもありません。"
        )
        try:
            yield
        except ObjectStoreFull:
            raise cls(
                f"写し先がいっぱいです。{kept}空きを作るか、--keep-days で古い写しを消して、"
                "もう一度実行してください（写し終えた録音は、そのまま使います）。"
            ) from None
        except ObjectStoreFailed:
            raise BackupPlaceShut(
                f"写し先か保管庫を使えません。{kept}つながっているか、書き込めるかを確かめて、"
                "もう一度実行してください。"
            ) from None


class BackupPlaceShut(DomainError):
    """写し先を使えません。"""

    code = "backup-place-shut"
