"""``tsuwaroku bundle verify``: says of a bundle whether it is the city's and unchanged.

Ends with 0 (so it is), 1 (not so), 2 (nothing can be said).
"""

from __future__ import annotations

from pathlib import Path

from typer import echo

from core.errors import DomainError
from disclosure.bundle.checking import BundleChanged, BundleNotOurs, check_bundle
from incidents.quotes.log_path import fingerprint_of
from runtime.error_words import in_words
from runtime.public_key import read_public_key
from runtime.terminal_words import printable

GENUINE, NOT_GENUINE, NOTHING_TO_SAY = 0, 1, 2


def tell_bundle(file: Path, key_file: Path, *, fingerprint: str, password: str) -> int:
    """Check a bundle and say what was found.

    Args:
        file: the ZIP
        key_file: the city's public key, PEM or hex
        fingerprint: of that key, as the city published it; empty: it is not compared
        password: that came another way

    Returns:
        0, 1 or 2, as above
    """
    key = read_public_key(key_file)
    if key is None:
        return _told("公開鍵を読み取れません。市が公表したファイルを指定してください。", NOTHING_TO_SAY)
    wanted = "".join(one for one in fingerprint.lower() if one not in ": \t")
    if wanted and wanted != fingerprint_of(key).hex():
        return _told("公開鍵の指紋が、公表されたものと違います。鍵を受け取り直してください。", NOTHING_TO_SAY)
    try:
        told = check_bundle(file, password, key)
    except (BundleChanged, BundleNotOurs) as refused:
        return _told(f"× {in_words(refused)}", NOT_GENUINE)
    except DomainError as refused:
        return _told(in_words(refused), NOTHING_TO_SAY)
    except OSError:
        return _told("ファイルを開けません。場所と名前を確かめてください。", NOTHING_TO_SAY)
    echo("○ 市が署名したものです。")
    echo(f"○ 中の{told.files}個のファイルは、署名のあと変わっていません。ほかのファイルは入っていません。")
    echo("")
    echo(f"市　　　　{printable(told.manifest.city)}")
    echo(f"受付番号　{printable(told.manifest.receipt)}")
    for one in told.manifest.files:
        echo(f"  {one.sha256}  {printable(one.name)}")
    return GENUINE


def _told(words: str, status: int) -> int:
    echo(words, err=status == NOTHING_TO_SAY)
    return status
