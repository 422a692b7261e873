"""Names of people: what the dictionary knows as one, what a title follows, what somebody is called. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from disclosure.suggestions.said import Found, Particular, asks
from transcription.reading import Part
from transcription.utterance import Utterance

_TITLE = re.compile("さん|様|さま|ちゃん|君|くん|氏|先生|議員|弁護士")
_NO_NAME_WORDS = (
    "お客|客|皆|みな|みんな|職員|お母|お父|母|父|奥|お子|子|娘|息子|お婆|お爺|おばあ|おじい|"
    "おかあ|おとう|祖母|祖父|兄|姉|お兄|お姉|おにい|おねえ|赤|旦那|お嬢|担当者|担当|課長|係長|"
    "部長|市長|所長|局長|社長|店長|会長|患者|医者|お医者|大家|隣|お隣|業者|弁護士|議員|先生|"
    "市会|市議会|県議会|本人|ご本人|たく|どちら|どなた|神|警察|お巡り|看護師|保育士|運転手|"
    "相手|家族|ご家族|学生|生徒|こちら|者|方|仏"
)
_NOBODY_WORDS = "担当|担当者|者|職員|係|課長|係長|部長|こと|もの|ほう|方|件|声|話|電話"
_NO_NAME, _NOBODY = (frozenset(one.split("|")) for one in (_NO_NAME_WORDS, _NOBODY_WORDS))
_CALLED = re.compile("と申し|といい|と言い|ともうし|という者|と言う者|っていい|って言い")
_ASKED = "お?名前は|お?名前を|お?名前が|氏名は|氏名を|どちら様|どなた"
_ANSWER = re.compile(
    r"\s*(?:えー?と|あの|はい)?[、。\s]*([一-龥々ヶァ-ヴーぁ-ん]{1,8}?)(?:です|と申し|といい|と言い|でございます|だ。|。|$)"
)
_LONGEST = 4  # words of a name
_WRITTEN = "[一-龥々ヶ]{1,5}|[ァ-ヴー]{2,8}|[ぁ-ん]{2,6}"
_SAID_AS_NAME = (
    # 国保年金課の佐藤です
    re.compile(
        rf"(?:課|係|室|部|局|センター|窓口|担当)の?({_WRITTEN})(?=です|でございます|が承|と申|が担当|に代わ)"
    ),
    # 母の花子が
    re.compile(
        "(?:母|父|妻|夫|主人|家内|祖母|祖父|息子|娘|長男|長女|次男|次女|孫|姪|甥|兄|姉|弟|妹|叔父|叔母|義母|義父)の"
        rf"({_WRITTEN})(?=[はがをにもで]|です|と|、|。)"
    ),
    # 林は外出しております
    re.compile(rf"(?:^|。)({_WRITTEN})は(?=ただいま|本日|あいにく|外出|席を|不在|休|別の電話|戻り)"),
)


def names(call: Sequence[Utterance], parts: Sequence[Sequence[Part]]) -> Iterator[Found]:
    """Return the names of people in a call.

    Args:
        call: the utterances of both sides in their order
        parts: the words of each (`Reader.parts`)
    """
    for at, (said, words) in enumerate(zip(call, parts, strict=True)):
        spans = [*_known(words), *_titled(said.text, words), *_called(said.text, words)]
        spans += [*_answered(call, at), *_in_place(said.text)]
        for start, end in sorted(set(spans)):
            yield Found(particular=Particular.NAME, said=at, start=start, until=at, end=end)


def _is_name(part: Part) -> bool:
    return part.kind[2:3] == ("人名",)


def _known(words: Sequence[Part]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for part in words:
        if not _is_name(part):
            continue
        if part.start == end:
            end = part.end
        else:
            if end > 0:
                yield start, end
            start, end = part.start, part.end
    if end > 0:
        yield start, end


def _titled(text: str, words: Sequence[Part]) -> Iterator[tuple[int, int]]:
    for before, part in pairwise(words):
        if _TITLE.fullmatch(text[part.start : part.end]) is None or before.end != part.start:
            continue
        if (
            before.kind[0] in {"名詞", "形状詞", "感動詞", "副詞"}
            and text[before.start : before.end] not in _NO_NAME
        ):
            yield before.start, before.end


def _called(text: str, words: Sequence[Part]) -> Iterator[tuple[int, int]]:
    for match in _CALLED.finditer(text):
        run = [one for one in words if one.end <= match.start()]
        end = match.start()
        start = end
        for part in reversed(run[-_LONGEST:]):
            if part.end != start or part.kind[0] not in {
                "名詞",
                "形容詞",
                "副詞",
                "感動詞",
                "動詞",
                "接頭辞",
            }:
                break
            start = part.start
        if start < end and text[start:end] not in _NO_NAME:
            yield start, end


def _in_place(text: str) -> Iterator[tuple[int, int]]:
    """Return what stands where a name stands, whatever the dictionary knows of it."""
    for pattern in _SAID_AS_NAME:
        for match in pattern.finditer(text):
            if match[1] not in _NO_NAME and match[1] not in _NOBODY:
                yield match.span(1)


def _answered(call: Sequence[Utterance], at: int) -> Iterator[tuple[int, int]]:
    """Return what answers the question for a name, whatever the dictionary knows of it."""
    text = call[at].text
    own = re.search(
        "(?:名前|氏名|名字|姓)[はが]([一-龥々ヶァ-ヴーぁ-ん]{1,8}?)(?:です|と申し|といい|でございます|。|$)",
        text,
    )
    if own is not None:
        yield own.span(1)
    if at and asks(_ASKED, call[: at + 1], at, 0):
        answer = _ANSWER.match(text)
        if answer is not None and answer[1] not in _NO_NAME:
            yield answer.span(1)
