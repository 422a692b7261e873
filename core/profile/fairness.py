"""No profile may refuse, delay, queue down, block or rank withheld, listed or complaining callers.

Source: 総務省「発信者情報通知サービスの利用における発信者個人情報の保護に関するガイドライン」の解説,
6 不当な差別的取扱いの制限. It says of the state and municipalities that refusing or delaying administrative
service to people who withhold their number or who complain breaches an official's duty. Signals ask people;
they never act on a caller.

The model has no key for such a rule. This file finds the attempt, under any key and in any spoken text, so
that the person who wrote it reads why, and not only that the key is unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, cast

from core.profile.faults import Finding, Place
from core.profile.model import CityProfile, Part
from core.profile.shape import child_model, known_keys

WHY = (
    "非通知・特定の番号・苦情の電話を、拒否したり、遅らせたり、後回しにしたりする設定は使えません。"
    "総務省の解説（発信者情報通知サービスの利用における発信者個人情報の保護に関するガイドライン"
    "「不当な差別的取扱いの制限」）は、国や地方公共団体がそのような人への行政サービスを拒否・遅延することは"
    "公務員の職務上の義務に違反するとしています。"
)
INSTEAD = (
    "この設定を消してください。どの電話も同じ順に受けます。"
    "困った通話には、目安の時間（thresholds）で職員に判断をお願いできます。"
)

_LISTED = (
    r"black_?list|block_?list|deny_?list|reject_?list|block(ed)?_?(number|caller)|ブラックリスト|着信拒否|"
    r"ng_?番号|拒否リスト|拒否番号"
)
_ALONE = re.compile(
    # A key that sorts callers by what they withhold or how they complain can serve nothing else.
    rf"{_LISTED}|withheld|anonymous|hid(e|den)_?(number|caller)|number_?request|privacy_?manager|^acr\b|"
    r"(ng|vip|gr[ea]y|allow|white)_?(list|number|caller)|claimer|非通知|番号リクエスト|ナンバーリクエスト|"
    r"迷惑電話|クレーマー|受け?付け?(し|でき)ない"
)
_SPOKEN_ALONE = re.compile(_LISTED)
_WHO = re.compile(
    r"withheld|anonymous|private|hidden|no_?caller_?id|unknown_?caller|payphone|complain|claimer|repeat|harass|"
    r"listed|number|caller|非通知|番号|公衆電話|表示圏外|クレーム|クレーマー|苦情|リピート|常連|迷惑"
)
_ACT = re.compile(
    r"refus|reject|block|deny|denied|declin|drop|hang_?up|disconnect|terminat|delay|postpon|later|priorit|rank|"
    r"queue|slow|throttl|ignor|拒否|遮断|切断|断る|断り|遅ら|遅延|遅く|後回し|優先|順位|順番|待たせ|ブロック|排除|無視"
)
_SPOKEN_WHO = re.compile(
    r"非通知|番号を?通知し|番号通知|186|ブラックリスト|特定の?番号|苦情の|クレームの|withheld|anonymous|black_?list|block_?list"
)
_SPOKEN_ACT = re.compile(
    r"拒否|断り|断る|遮断|切断|電話を切|お?受け(でき|しており|いたし|かね)|受け付け(でき|ており|いたし|ませ|ない)|"
    r"お?つなぎ(でき|しており|いたし|ませ)|つながない|かけ直|後回し|遅ら|優先(度|順位)|"
    r"refus|reject|block|deny|delay|queue|priorit"
)
_DENIED = re.compile(
    r"(拒否|遮断|切断|後回しに|遅延|お断り)(は|を)?(し|いたし|され)?(ない|ません|ず|ては)|断らない|遅らせ(ない|ません)"
)


def rules_treat_callers_alike(value: object) -> Iterator[Finding]:
    """Find every rule against withheld, listed or complaining callers in the values of a profile."""
    yield from _look(value, (), CityProfile)


def _look(value: object, place: Place, model: type[Part] | None) -> Iterator[Finding]:
    if isinstance(value, dict):
        mapping = cast("dict[str, Any]", value)
        known = known_keys(model)
        strange = {key: one for key, one in mapping.items() if key not in known}
        yield from _strange(strange, place)
        for key in mapping.keys() & known:
            yield from _look(mapping[key], (*place, key), child_model(model, key))
    elif isinstance(value, list):
        for index, one in enumerate(cast("list[Any]", value)):
            yield from _look(one, (*place, index), model)
    elif isinstance(value, str) and _spoken_against_a_caller(value):
        yield Finding(place=place, reason=WHY, instead=INSTEAD)


def _strange(strange: dict[str, Any], place: Place) -> Iterator[Finding]:
    """Judge the unknown keys of one mapping together: who and what may stand in two of them."""
    texts = {key: _plain(" ".join(_everything(key, one))) for key, one in strange.items()}
    together = " ".join(texts.values())
    pair = bool(_WHO.search(together) and _ACT.search(together))
    for key, text in texts.items():
        if _ALONE.search(text) or (pair and (_WHO.search(text) or _ACT.search(text))):
            yield Finding(place=(*place, key), reason=WHY, instead=INSTEAD)


def _everything(key: str, value: object) -> Iterator[str]:
    yield key
    if isinstance(value, dict):
        for inner, one in cast("dict[str, Any]", value).items():
            yield from _everything(inner, one)
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _everything("", one)
    elif isinstance(value, str):
        yield value


def _spoken_against_a_caller(text: str) -> bool:
    sentences = re.split(r"[。！!\n]", _plain(text))
    return any(
        _SPOKEN_WHO.search(one) and _SPOKEN_ACT.search(_DENIED.sub("", one)) for one in sentences
    ) or bool(_SPOKEN_ALONE.search(_DENIED.sub("", _plain(text))))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[-\s]+", "_", folded) if folded.isascii() else folded
