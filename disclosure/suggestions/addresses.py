"""Where somebody lives: places with their numbers, and whatever answers the question for an address. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure.suggestions.said import Found, Particular, asks
from transcription.reading import Part
from transcription.utterance import Utterance

_FIGURE = r"[0-9０-９〇一二三四五六七八九十]+"
_JOINT = r"[のー\-−‐–—－]"
_HOUSE = re.compile(
    rf"{_FIGURE}丁目(?:{_FIGURE}(?:番地?|{_JOINT})?の?(?:{_FIGURE}号?)?)?"
    rf"|{_FIGURE}番地(?:の?{_FIGURE})?|{_FIGURE}番{_FIGURE}号"
    rf"|{_FIGURE}号棟(?:{_FIGURE}号室?)?|{_FIGURE}号室"
    rf"|{_FIGURE}(?:{_JOINT}{_FIGURE}){{1,3}}"
)
_PLACE = re.compile(
    r"(?:大字|字)?[一-龥々ヶァ-ヴーぁ-ん]{1,12}(?:都|道|府|県|市|区|町|村|丘|台|ケ丘|野|田|島|浜|原)?$"
)
_ROOM = re.compile(
    rf"[\s、]*(?:[一-龥々ァ-ヴー]{{1,10}}\s*)?(?:{_FIGURE}号棟\s*)?{_FIGURE}号室?|[\s、]*[一-龥々ァ-ヴー]{{2,10}}\s?{_FIGURE}"
)
_ASKED = "住所|お住まい|住んで|所在地|引っ越し"
_TOWN = ("町", "市", "区", "村", "郡", "県", "都", "府", "丁目", "大字", "字", "丘", "台")


def addresses(call: Sequence[Utterance], parts: Sequence[Sequence[Part]]) -> Iterator[Found]:
    """Return the addresses in a call, or so much of each as was said.

    Args:
        call: the utterances of both sides in their order
        parts: the words of each (`Reader.parts`)
    """
    for at, (said, words) in enumerate(zip(call, parts, strict=True)):
        for house in _HOUSE.finditer(said.text):
            start = _place_before(said.text, words, house.start())
            known = start < house.start()
            figures_alone = re.fullmatch(rf"{_FIGURE}(?:{_JOINT}{_FIGURE})+", house.group()) is not None
            if figures_alone and not known and not asks(_ASKED, call, at, house.start()):
                continue
            room = _ROOM.match(said.text, house.end())
            end = room.end() if room is not None else house.end()
            yield Found(particular=Particular.ADDRESS, said=at, start=start, until=at, end=end)


def _place_before(text: str, words: Sequence[Part], end: int) -> int:
    """Return where the name of the place begins that a house's number follows."""
    start = end
    for part in reversed([one for one in words if one.end <= end]):
        written = text[part.start : part.end]
        place = part.kind[2:3] == ("地名",) or written.endswith(_TOWN)
        named = part.kind[0] in {"名詞", "接尾辞", "接頭辞"} and part.kind[1] != "数詞"
        if part.end != start or not (place or (named and written != "住所")):
            break
        start = part.start
    return start
