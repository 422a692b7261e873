"""What the receiver of a bundle reads first."""

from __future__ import annotations

from disclosure.bundle.release import Release
from disclosure.redaction.masked_sound import Cover

READ_ME = "read-me.txt"
_COVERS = {
    Cover.TONE: "録音の中の「ピー」という音は、不開示とした部分です。",
    Cover.SILENCE: "不開示とした部分は、録音の中で音を消してあります。場所は不開示部分一覧にあります。",
}


def words_for_receiver(release: Release) -> str:
    """Return what the files are, and how they can be checked; with a mark that says it is UTF-8."""
    calls = "\r\n".join(
        f"  call-{number}.wav / call-{number}.webm　{call.label}の録音"
        for number, call in enumerate(release.calls, 1)
    )
    lines = f"""{release.city}　{release.agency}
受付番号　{release.receipt}（{release.kind}）

この中のファイル
{calls}
  transcript.pdf　文字起こし
  omissions.pdf / omissions.csv　不開示部分一覧
  manifest.json　ファイルの一覧と、市の署名

{_COVERS[release.cover]}もとの音は入っていません。
WAV と WEBM は同じ録音です。どちらかが再生できれば足ります。

変えられていないことを確かめるには
  tsuwaroku bundle verify ファイル --key 市が公表した公開鍵
鍵は、この中のものではなく、市が公表したものを別に受け取ってください。
"""
    return "\ufeff" + lines.replace("\r\n", "\n").replace("\n", "\r\n")
