"""Dates of birth: a date that somebody was asked for as one, or that somebody was born on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure.suggestions.said import Found, Particular, asks
from transcription.utterance import Utterance

_FIGURE = "[0-9０-９〇零元一二三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?:明治|大正|昭和|平成|令和|西暦)\s*)?(?:{_FIGURE}{{1,4}}年\s*)?{_FIGURE}{{1,3}}月\s*{_FIGURE}{{1,3}}日"
    rf"|(?:明治|大正|昭和|平成|令和|西暦)\s*{_FIGURE}{{1,4}}年(?=\s*の?生ま)"
    r"|[MTSHRmtshr]?[0-9０-９]{1,4}[./．／][0-9０-９]{1,2}[./．／][0-9０-９]{1,2}"
)
_BORN = re.compile(r"[にのが、\s]{0,2}(?:生まれ|生れ|うまれ|誕生)")
_ASKED = "生年月日|誕生日|生まれは|お生まれ"


def births(call: Sequence[Utterance]) -> Iterator[Found]:
    """Return the dates of a call that are somebody's birth."""
    told = set[str]()
    dates = [(at, one) for at, said in enumerate(call) for one in _DATE.finditer(said.text)]
    for at, one in dates:
        born = _BORN.match(call[at].text[one.end() :]) is not None
        if born or asks(_ASKED, call, at, one.start()):
            told.add(one.group())
            yield _found(at, one)
    for at, one in dates:  # said back by the other side
        if one.group() in told or _said_back(call, at, one.start()):
            yield _found(at, one)


def _said_back(call: Sequence[Utterance], at: int, start: int) -> bool:
    """Say whether a date answers one of birth that was asked for three utterances ago."""
    return not call[at].text[:start].strip() and any(
        re.search(_ASKED, one.text) for one in call[max(0, at - 3) : at]
    )


def _found(at: int, one: re.Match[str]) -> Found:
    return Found(particular=Particular.BIRTH, said=at, start=one.start(), until=at, end=one.end())
