"""What a person at the command line reads when something cannot be done: Japanese, and what to do next.

The code of an error is stable and its docstring may be English, for those who read the program. Whoever types
a command at a city hall reads these words instead.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping

from pydantic import ValidationError

from core.errors import DomainError

_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")

WORDS: Mapping[str, str] = {
    "keys-missing": "保管庫の鍵がないため、起動できません。別に保管した鍵の写しを戻してください。",
    "keys-unusable": (
        "保管庫の鍵が使えません。鍵のファイルが壊れているか、"
        "所有者のほかにも読めるようになっています（0600 に直してください）。"
    ),
    "wrong-key": "保管庫の鍵が、封緘したときの鍵と違います。正しい鍵の写しを戻してください。",
    "keys-away": "鍵の装置につながりません。装置と、TSUWAROKU_VAULT__HSM_ の設定を確かめてください。",
    "seal-broken": "保管している録音が、封緘したときから変わっています。",
    "object-missing": "保管しているはずの録音の実物がありません。管理者と確かめてください。",
    "object-exists": "録音の実物を置く場所に、すでに別のものがあります。何も上書きしていません。",
    "object-store-failed": "録音の保管場所が今は使えません。失われたものはありません。",
    "object-store-full": "録音の保管場所がいっぱいです。空きを作ってください。",
    "object-store-shut": "録音の保管場所に書き込めません。権限を確かめてください。",
    "database-away": "データベースにつながりません。動いているか確かめてください。",
    "database-not-ready": "データベースが時間内に起動しませんでした。log/postgres.log を見てください。",
    "database-of-other-version": (
        "データは別の版の PostgreSQL で作られています。その版で書き出し、この版で読み込んでください。"
    ),
    "job-schema-of-other-version": "仕事の表が別の版のものです。docs/operations.md の手順で移してください。",
    "folder-not-reachable": (
        "データベースの利用者が、データのフォルダーに入れません。"
        "TSUWAROKU_HOME に別の場所（たとえば /var/lib/tsuwaroku）を指定してください。"
    ),
    "path-too-long": "データのフォルダーの名前が長すぎます。TSUWAROKU_HOME に短い場所を指定してください。",
    "not-found": "そのものがないか、見る権限がありません。",
    "access-denied": "この操作の権限がありません。",
    "database-set-up-failed": (
        "データベースを用意できませんでした。ディスクの空きと、上の出力を確かめてください。"
    ),
}


def in_words(error: DomainError) -> str:
    """Say an error in Japanese: in its own words where they are, else in ours, else by its code."""
    told = str(error)
    if _JAPANESE.search(told):
        return told
    return WORDS.get(error.code, f"予期しないことが起きました（{error.code}）。log の記録を見てください。")


def settings_in_words(error: ValidationError) -> str:
    """Name the environment variables that cannot be used; never what they hold, which may be a secret."""
    names = dict.fromkeys("TSUWAROKU_" + "__".join(map(str, one["loc"])).upper() for one in error.errors())
    return f"環境変数 {'、'.join(names)} の値が使えません。docs/operations.md の「設定」を見てください。"


def file_in_words(error: OSError) -> str:
    """Say what to do about a file that we may not use, or that is not there."""
    if isinstance(error, PermissionError):
        return f"「{error.filename}」を使う権限がありません。頭に sudo を付けて実行してください。"
    if error.errno == errno.ENOSPC:
        return "ディスクがいっぱいです。空きを作ってから、もう一度実行してください。"
    if not isinstance(error, FileNotFoundError):
        return f"「{error.filename or 'ファイル'}」を使えません。場所と、ディスクの状態を確かめてください。"
    return (
        f"「{error.filename}」がありません。はじめての起動がまだのときは、先に make run を実行してください。"
        "済んでいるときは、TSUWAROKU_HOME と書いた場所を確かめてください。"
    )
