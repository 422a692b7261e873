"""The words of 録音機のファイル: plain, polite, short."""

from __future__ import annotations

from collections.abc import Mapping

NOTICES: Mapping[str, str] = {
    "told": "録音することを伝えた",
    "not-told": "伝えていない",
    "unknown": "わからない",
}
STATES: Mapping[str, str] = {
    "wanted": "ファイル待ち",
    "arrived": "取り込み中",
    "kept": "保管しました",
    "refused": "取り込めませんでした",
}
REFUSALS: Mapping[str, str] = {
    "unreadable": "音声として読み取れませんでした。録音機から、もう一度ファイルを写してください。"
    "それでも読み取れないときは、録音機の形式を WAV か MP3 にしてください。",
    "no-sound": "ファイルに音が入っていません。別のファイルを選んでいないか確かめてください。",
    "too-long": "決められた長さを超えています。録音機やパソコンで分けてから、1つずつ取り込んでください。",
    "too-slow": "読み取りに時間がかかりすぎました。時間をおいて、もう一度お試しください。",
    "lost": "受け取ったファイルを、保管の前に読めなくなりました。"
    "お手元のファイルで、もう一度お試しください。",
    "destroyed": "この録音は、取り込みの途中で廃棄されました。",
}
CLAIMS: Mapping[str, str] = {
    "format": "形式", "codec": "圧縮の方式", "rate": "1秒あたりの標本数", "channels": "チャンネル数",
    "video": "映像", "file:title": "題名", "file:date": "日付", "file:creation_time": "作成の日時",
    "file:encoder": "作ったもの", "file:artist": "作った人", "file:comment": "注記",
}  # fmt: skip


def refusal(code: str) -> str:
    """Say why a file was not taken, and what to do."""
    return REFUSALS.get(code, REFUSALS["unreadable"])


def claim(name: str) -> str:
    """Name a claim of a file."""
    return CLAIMS.get(name, name.partition(":")[2] or name)
