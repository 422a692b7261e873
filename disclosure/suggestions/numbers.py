"""Numbers of one person: telephones, accounts, certificates, 個人番号; in ciphers, kanji or kana. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from disclosure.suggestions.said import Found, Particular, around
from transcription.spoken_numbers import MASK, SpokenDigit, digit_runs, is_card_number, is_own_number
from transcription.utterance import Track, Utterance

_PHONE = "電話|携帯|けいたい|連絡先|折り返し|ファックス|FAX|番号をどうぞ"
_ACCOUNT = "口座|普通預金|普通の|当座|支店"
_CERTIFICATE = "者番号|証番号|証の番号|記号|受給者|被保険者|整理番号|お客様番号|免許"
_POST = "郵便番号|〒"
_OWN = "個人番号|マイナンバー"
_COUNTED = re.compile(
    r"\s*(円|人|件|枚|ページ|年|月|日|時|分|回|歳|才|条|項|号室|丁目|番地|番窓口|階|パーセント|%|立方|キロ|メートル|万|千|百|つ目)"
)
_OWN_LENGTH, _POST_LENGTH = 12, 7
_LEAST_PHONE, _LEAST_ACCOUNT, _LEAST_NUMBER = 6, 4, 5
_NEAR, _FAR = 12, 60  # letters


def numbers(call: Sequence[Utterance]) -> Iterator[Found]:
    """Return the numbers of a call that may be a person's own.

    Args:
        call: the utterances of both sides in their order
    """
    for track in Track:
        own = [(at, said) for at, said in enumerate(call) if said.track is track]
        for run in digit_runs(own):
            sure = _trimmed(run)
            if sure and (found := _found(call, sure)) is not None:
                yield found
        for at, said in own:
            for hidden in re.finditer(f"{MASK}{{4,}}(?:[^一-龥]{{0,2}}{MASK}+)*", said.text):
                count = hidden.group().count(MASK)
                kind = Particular.OWN_NUMBER if count == _OWN_LENGTH else Particular.ACCOUNT
                yield Found(particular=kind, said=at, start=hidden.start(), until=at, end=hidden.end())


def _trimmed(run: list[SpokenDigit]) -> list[SpokenDigit]:
    """Take away what is more often a particle than a digit where the number begins and ends."""
    first, last = 0, len(run)
    while first < last and run[first].doubtful:
        first += 1
    while last > first and run[last - 1].doubtful:
        last -= 1
    return run[first:last]


def _found(call: Sequence[Utterance], run: Sequence[SpokenDigit]) -> Found | None:
    kind = _kind(call, run)
    if kind is None:
        return None
    first, last = run[0], run[-1]
    return Found(particular=kind, said=first.said, start=first.start, until=last.said, end=last.end)


def _kind(call: Sequence[Utterance], run: Sequence[SpokenDigit]) -> Particular | None:
    first, last = run[0], run[-1]
    values = [one.value for one in run]
    count = len(values)
    before = around(call, first.said, first.start)[-_FAR:]
    near = call[first.said].text[max(0, first.start - _NEAR) : first.start]
    by_itself = _by_itself(values, before)
    if by_itself is not None:
        return by_itself
    if _COUNTED.match(call[last.said].text[last.end :]):
        return None
    asked = _asked(near, count)
    if asked is None and values[0] == 0 and count >= _POST_LENGTH:
        return Particular.PHONE
    return asked or _asked(before, count) or (Particular.NUMBER if count >= _POST_LENGTH else None)


def _by_itself(values: Sequence[int], before: str) -> Particular | None:
    """Return what a number is whatever follows it."""
    if len(values) == _OWN_LENGTH and (is_own_number(values) or re.search(_OWN, before)):
        return Particular.OWN_NUMBER
    if is_card_number(values):
        return Particular.ACCOUNT
    return Particular.ADDRESS if len(values) == _POST_LENGTH and re.search(_POST, before) else None


def _asked(words: str, count: int) -> Particular | None:
    """Return what was asked for in some words, if a number of so many digits can answer it."""
    kinds = (
        (Particular.ACCOUNT, _ACCOUNT, _LEAST_ACCOUNT),
        (Particular.NUMBER, _CERTIFICATE, _LEAST_NUMBER),
        (Particular.PHONE, _PHONE, _LEAST_PHONE),
    )
    return next(
        (kind for kind, pattern, least in kinds if count >= least and re.search(pattern, words)), None
    )
