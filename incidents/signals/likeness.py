"""How alike two calls are in what the caller asks for: pairs of characters that carry meaning, their cosine.

Kanji and katakana carry it; what everybody says to a town hall (電話, 担当, 昨日 …) is left out. A hint by
which calls are laid side by side for people to read; no model, nothing that anybody learns from.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

VERSION = "likeness-1"

_RUN = re.compile(r"[一-龯々〆ヶ]+|[ァ-ヺー]{2,}|[A-Za-z0-9]{3,}")
_EVERYDAY = re.compile(
    "電話|今日|昨日|明日|先日|先週|今週|来週|何度|何回|一度|担当|窓口|役所|市役所|課長|部長|市長|件|方|時|日|分|"
    "前|後|回|話|言|聞|思|見|来|行|出|入|者|人|私|俺|僕|今|何|誰|度|番号|名前|本当|説明|返事|連絡|お願|願|"
    "教|対応|別|様|事|上|下|中|先|待|困|全部|最初|結果|書類|書|紙|手続|申請|届|確認|相談|お世話|世話|知|"
    "予約|送|受|持|取|使|年|月|週|円|万|千|百|十|一|二|三|四|五|六|七|八|九|度々|朝|昼|夜|午前|午後"
)


def features(text: str) -> Counter[str]:
    """Return the pairs of characters of a text that carry meaning, and single words of one character."""
    found: Counter[str] = Counter()
    for run in _RUN.findall(text):
        for word in _EVERYDAY.sub(" ", run).split():
            if len(word) == 1:
                found[word] += 1
            found.update(word[at : at + 2] for at in range(len(word) - 1))
    return found


def places_of(text: str, others: Counter[str]) -> list[tuple[int, int]]:
    """Return where a text says what another one's features hold too: begin and end, in order, apart.

    Args:
        text: what is looked through
        others: features of the other text
    """
    found: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        kept = _EVERYDAY.sub(lambda everyday: " " * len(everyday[0]), run[0])
        for word in re.finditer(r"\S+", kept):
            begin = run.start() + word.start()
            size = min(2, len(word[0]))
            for at in range(len(word[0]) - size + 1):
                if word[0][at : at + size] not in others:
                    continue
                if found and found[-1][1] >= begin + at:
                    found[-1] = (found[-1][0], begin + at + size)
                else:
                    found.append((begin + at, begin + at + size))
    return found


def likeness(one: str, other: str) -> float:
    """Return the cosine of two texts, 0..1; 0 where either says nothing."""
    return cosine(features(one), features(other))


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """Return the cosine of two counts, 0..1."""
    product = sum(count * other[name] for name, count in one.items())
    if not product:
        return 0.0
    return product / math.sqrt(_square(one) * _square(other))


def of_one_demand(now: str, others: Iterable[str], alike: float) -> list[bool]:
    """Say of each other text whether it belongs to the demand of this one, directly or through others.

    People say it in other words each time (『車』『レッカー』): a call that is like one that is like this
    one belongs to it.

    Args:
        now: what the caller says
        others: what was said in other calls
        alike: the city's figure, 0..1, from which on two texts belong together
    """
    each = [features(one) for one in others]
    joined = [False] * len(each)
    reached = [features(now)]
    while reached:
        latest = reached.pop()
        for place, one in enumerate(each):
            if not joined[place] and cosine(latest, one) >= alike:
                joined[place] = True
                reached.append(one)
    return joined


def _square(counts: Counter[str]) -> int:
    return sum(count * count for count in counts.values())
