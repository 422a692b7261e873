"""Bytes of a profile file to text. Catches what editors on a city hall's PC do before YAML stumbles over it.

Shift_JIS, UTF-16, tabs and full-width spaces at the head of a line, full-width colons: each is named with its
line, because YAML's own words for them help nobody.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from core.profile.faults import Fault, ProfileFaults

LARGEST_BYTES = 1 << 20
"""A city with a thousand phones needs a tenth of this; anything larger is not a profile."""

_WHOLE_FILE = "ファイル全体"
_SAVE_AS_UTF8 = (
    "文字コード「UTF-8」を選んで保存し直してください（メモ帳では「名前を付けて保存」の画面で選べます）。"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_INVISIBLE = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Some programs end a line here and others do not; line numbers would lie."""

_INDENT = re.compile(r"[ \t\u3000]*")
_WIDE_COLON = re.compile(r"\s*(?:-\s+)?[A-Za-z_]+：")


def read_text(path: Path) -> str:
    """Return the text of a profile file, without a byte order mark.

    Raises:
        ProfileFaults: the file is missing, too large, empty, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError as failure:
        raise ProfileFaults([_unreadable(failure)]) from None
    if len(content) > LARGEST_BYTES:
        raise ProfileFaults(
            [
                _fault(
                    1,
                    "ファイルが大きすぎます（1 MB を超えています）。",
                    "設定ファイルを正しく選んだか確かめてください。",
                )
            ]
        )
    return decode(content)


def decode(content: bytes) -> str:
    """Return the text of the bytes of a profile.

    Raises:
        ProfileFaults: the bytes are not UTF-8, or hold nothing.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ProfileFaults([_fault(1, "文字コードが UTF-16 になっています。", _SAVE_AS_UTF8)])
    try:
        # A byte order mark in front of UTF-8 is an editor's habit and harms nothing.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        line = content.count(b"\n", 0, failure.start) + 1
        raise ProfileFaults([_fault(line, _not_utf8(content), _SAVE_AS_UTF8)]) from None
    if not text.strip():
        raise ProfileFaults(
            [
                _fault(
                    1,
                    "ファイルに何も書かれていません。",
                    "見本 profiles/sakura.yaml を写して書き換えてください。",
                )
            ]
        )
    return text


def find_typing_traps(text: str) -> list[Fault]:
    """Name every line whose head or colon only looks like a space or a colon."""
    faults: list[Fault] = []
    for number, line in enumerate(_LINE_END.split(text), start=1):
        indent = _INDENT.match(line)
        head = indent.group() if indent else ""
        if line.strip() and "\t" in head:
            faults.append(
                _fault(
                    number,
                    "行の初めにタブが使われています。",
                    "半角の空白（スペース）に置き換えてください。",
                    "行の初め",
                )
            )
        if line.strip() and "\u3000" in head:
            faults.append(
                _fault(
                    number,
                    "行の初めに全角の空白が使われています。",
                    "半角の空白に置き換えてください。",
                    "行の初め",
                )
            )
        if _INVISIBLE.search(line):
            faults.append(
                _fault(
                    number, "目に見えない特別な文字が入っています。", "その行を打ち直してください。", "この行"
                )
            )
        if _WIDE_COLON.match(line):
            faults.append(
                _fault(
                    number,
                    "項目名のあとの「：」が全角です。",
                    "半角の「:」と半角の空白に置き換えてください。例: name: さくら市",
                    "項目名のあと",
                )
            )
    return faults


def without_false_line_ends(text: str) -> str:
    """Return the text with only those line ends that every editor shows."""
    return _INVISIBLE.sub(" ", text)


def _not_utf8(content: bytes) -> str:
    try:
        content.decode("cp932")
    except UnicodeDecodeError:
        return "UTF-8 の文字として読めないところがあります。"
    return "文字コードが Shift_JIS（メモ帳の「ANSI」）になっています。"


def _unreadable(failure: OSError) -> Fault:
    if isinstance(failure, FileNotFoundError):
        return _fault(1, "設定ファイルが見つかりません。", "ファイルの場所と名前を確かめてください。")
    if isinstance(failure, IsADirectoryError):
        return _fault(
            1,
            "ファイルではなくフォルダーが指定されています。",
            "設定ファイルを指定してください。例: profiles/sakura.yaml",
        )
    return _fault(1, "設定ファイルを開けません。", "ファイルを読む権限があるか確かめてください。")


def _fault(line: int, reason: str, instead: str, where: str = _WHOLE_FILE) -> Fault:
    return Fault(line=line, where=where, reason=reason, instead=instead)
