"""What must hold between the parts of a profile. One pure function per rule: a draft in, findings out.

Rules about telephone numbers and addresses stand in ``rules_numbers.py``, the one about fairness in
``fairness.py``, the ones about what a caller is told in ``rules_notice.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import chain

from core.profile.draft import Draft, twice
from core.profile.faults import Finding, Place
from core.profile.names import CODE, ID, RESERVED_IDS
from core.profile.rules_outside import outside_mentions
from core.profile.rules_recording import outbounds
from core.profile.rules_supervision import supervision_mentions

SCHEMA_VERSION = 1

LONGEST_VOCABULARY = 75
"""Characters, joined by 「、」. Measured with the recogniser's tokeniser: 68 such characters are 88 tokens,
and more than 100 tokens of prompt take the place of what was said before."""

MARK_CODE = re.compile(r"[*#][0-9*#]{1,4}")

_LISTS_WITH_IDS = (
    "agencies", "departments", "phones", "lines", "trunks", "announcements", "thresholds",
    "harassment_types", "harassment_acts", "wordings", "measures", "outcomes", "purposes",
)  # fmt: skip


def schema_version_is_known(draft: Draft) -> Iterator[Finding]:
    """Refuse a file written for another release."""
    version = draft.top.number("schema_version")
    if version is not None and version != SCHEMA_VERSION:
        yield Finding(
            place=("schema_version",),
            reason=f"書き方の版 {version} は、このプログラムでは読めません。",
            instead=f"schema_version: {SCHEMA_VERSION} と書いてください。",
        )


def ids_are_well_formed(draft: Draft) -> Iterator[Finding]:
    """Ids become file names, SIP users and configuration sections: only ``a-z``, ``0-9`` and ``-``."""
    named = [*draft.top.texts("city")]
    for collection in _LISTS_WITH_IDS:
        named.extend(draft.ids(collection).items())
    for place, name in named:
        if place[-1] == "code":
            if not CODE.fullmatch(name):
                yield Finding(
                    place=place,
                    reason=f"記号「{name}」に使えない文字があります。",
                    instead="半角の英大文字と数字で書いてください。例: T1",
                )
        elif not ID.fullmatch(name):
            yield Finding(
                place=place,
                reason=f"名前「{name}」に使えない文字があります。",
                instead="半角の英小文字で始め、英小文字・数字・「-」で32文字まで。例: hoken1",
            )
        elif name in RESERVED_IDS:
            yield Finding(
                place=place,
                reason=f"名前「{name}」は電話のしくみが使っているため、使えません。",
                instead=f"別の名前にしてください。例: {name}-1",
            )


def ids_are_unique(draft: Draft) -> Iterator[Finding]:
    """Two things of one kind may not share an id; phones and trunks both register by theirs."""
    for collections in (*((one,) for one in _LISTS_WITH_IDS), ("phones", "trunks")):
        first: dict[str, Place] = {}
        for collection in collections:
            for place, name in draft.ids(collection).items():
                before = first.setdefault(name, place)
                # Twins within one list are told by that list's own turn.
                if before != place and (len(collections) == 1 or before[0] != place[0]):
                    yield Finding(
                        place=place,
                        reason=f"名前「{name}」は {before[0]} の{int(before[1]) + 1}番目でも使われています。",
                        instead="どちらかを別の名前にしてください。",
                    )


def mentions_exist(draft: Draft) -> Iterator[Finding]:
    """Whatever a part mentions must be written somewhere."""
    for collection, mentions in (
        ("agencies", (one.texts("agency") for one in draft.all("departments"))),
        ("departments", (one.texts("department", "pickup_departments") for one in draft.all("phones"))),
        ("departments", (one.texts("department") for one in draft.all("lines"))),
        ("phones", (one.texts("phones") for one in draft.all("lines"))),
        ("announcements", (one.texts("announcement", "no_answer", "busy") for one in draft.all("lines"))),
        ("announcements", (draft.top.texts("unknown_line"),)),
        ("announcements", (draft.part("in_disaster").texts("short_announcement"),)),
        ("announcements", (one.texts("announcement") for one in outbounds(draft))),
        ("harassment_types", (one.texts("types") for one in draft.all("harassment_acts"))),
        ("thresholds", (draft.part("clocks").texts("length_marks"),)),
        ("departments", (one.texts("departments") for one in draft.part("sign_in").all("groups"))),
        *((collection, (named,)) for collection, named in supervision_mentions(draft)),
        *((collection, (named,)) for collection, named in outside_mentions(draft)),
    ):
        yield from _missing(draft, chain.from_iterable(mentions), collection)


def agencies_cite_a_provision(draft: Draft) -> Iterator[Finding]:
    """The regime of an agency decides a citizen's rights, so its basis cites an article or an ordinance."""
    for place, basis in chain.from_iterable(one.texts("basis") for one in draft.all("agencies")):
        if "条" not in basis:
            yield Finding(
                place=place,
                reason="根拠となる条文（または条例の名前）が書かれていません。",
                instead="例: 個人情報の保護に関する法律 第2条第11項第2号、第5章",
            )


def phones_are_listed_once(draft: Draft) -> Iterator[Finding]:
    """A phone rings once per line."""
    for place, phone in chain.from_iterable(twice(one.texts("phones")) for one in draft.all("lines")):
        yield Finding(
            place=place,
            reason=f"電話機「{phone}」が同じ窓口に2回書かれています。",
            instead="一方を消してください。",
        )


def practice_is_kept_apart(draft: Draft) -> Iterator[Finding]:
    """A practice call rings on no desk where citizens' calls ring: one would be taken for the other."""
    lines = list(draft.all("lines"))
    everyday = {phone for one in lines if not one.flag("practice") for _, phone in one.texts("phones")}
    for one in lines:
        for place, phone in one.texts("phones"):
            if one.flag("practice") and phone in everyday:
                yield Finding(
                    place=place,
                    reason=f"電話機「{phone}」は市民の窓口でも使われているため、練習の窓口には使えません。",
                    instead="練習だけに使う電話機を phones に加えて、その id を書いてください。例: renshu1",
                )


def mark_code_can_be_dialled(draft: Draft) -> Iterator[Finding]:
    """The codes for the flag and for help are dialled on a desk phone, and neither ends with the other.

    The one for 代理応答 is dialled before a call, and is another one all the same.
    """
    flag, help_ = draft.top.text("mark_code") or "*1", draft.top.text("help_code") or "*2"
    if flag.endswith(help_) or help_.endswith(flag):
        yield Finding(
            place=("help_code",),
            reason="記録・フラグ（mark_code）と応援（help_code）の番号が重なっています。",
            instead='違う番号にしてください。例: mark_code: "*1"、help_code: "*2"',
        )
    if (draft.top.text("pickup_code") or "*8") in (flag, help_):
        yield Finding(
            place=("pickup_code",),
            reason="代理応答（pickup_code）の番号が、記録・フラグか応援の番号と同じです。",
            instead='違う番号にしてください。例: pickup_code: "*8"',
        )
    for place, code in draft.top.texts("mark_code", "help_code", "pickup_code"):
        if not MARK_CODE.fullmatch(code):
            yield Finding(
                place=place,
                reason=f"「{code}」は電話機で押せません。",
                instead='「*」か「#」で始め、数字を1〜4けた続けてください。例: mark_code: "*1"',
            )


def vocabulary_is_short(draft: Draft) -> Iterator[Finding]:
    """Words for the recogniser must leave room for what was said."""
    length = len("、".join(word for _, word in draft.top.texts("vocabulary")))
    if length > LONGEST_VOCABULARY:
        yield Finding(
            place=("vocabulary",),
            reason=f"言葉が多すぎます（「、」を含めて{length}文字）。文字起こしが遅く、不正確になります。",
            instead=f"間違えやすい言葉だけを残し、{LONGEST_VOCABULARY}文字までにしてください。",
        )


def texts_can_be_read(draft: Draft) -> Iterator[Finding]:
    """No text is blank or holds characters that cannot be seen: some go into configuration files."""
    for place, text in draft.everything():
        if not text.strip():
            yield Finding(
                place=place,
                reason="何も書かれていません。",
                instead="内容を書くか、この項目を消してください。",
            )
        elif any(not character.isprintable() and character != "\u3000" for character in text):
            yield Finding(
                place=place,
                reason="改行やタブなど、目に見えない文字が入っています。",
                instead="1行で書き直してください。",
            )


_LIST_NAMES = {
    "agencies": "実施機関",
    "departments": "課",
    "phones": "電話機",
    "announcements": "音声案内",
    "harassment_types": "型",
    "thresholds": "目安の時間",
}


def _missing(draft: Draft, mentions: Iterable[tuple[Place, str]], collection: str) -> Iterator[Finding]:
    written = set(draft.ids(collection).values())
    for place, name in mentions:
        if name not in written:
            yield Finding(
                place=place,
                reason=f"{_LIST_NAMES[collection]}「{name}」が {collection} にありません。",
                instead=f"次のどれかを書くか、{collection} に加えてください: {_nearest_first(name, written)}",
            )


def _nearest_first(name: str, written: set[str]) -> str:
    """Name what is written, most like the mistaken name first; a city has more phones than anybody reads."""
    near = get_close_matches(name, sorted(written), n=3, cutoff=0.5)
    rest = sorted(written - set(near))
    shown = [*near, *rest][:12]
    return "、".join(shown) + (" など" if len(written) > len(shown) else "") or "（まだありません）"
