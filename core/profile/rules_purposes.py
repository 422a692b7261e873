"""Rules about the purposes for which recordings are opened. Pure: a draft in, findings out.

Recordings protect citizens' rights and staff; they are no means to appraise staff. A case number points at a
file of the city's own and must not be able to hold a person's number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from core.profile.draft import Draft, twice
from core.profile.faults import Finding, Place
from core.profile.purposes import DIGIT, LETTER, CaseNumber, plain_case_number

_APPRAISAL = re.compile(
    # In words, and in the Latin letters in which ids are written.
    r"考課|査定|人事評|(勤務|職員)評定|"
    r"(勤務|人事|業績|能力|成績|勤怠|接遇|応対|職員|担当者?|オペレーター?)[をの]?(評価|成績|採点|格付)|"
    r"昇任|昇格|昇進|昇給|勤勉手当|賞与|ボーナス|"
    r"jinji(hyou?|kou?ka|satei)|kou?kasatei|satei$|hyou?tei|"
    r"(kinmu|shokuin|gyou?seki|nou?ryoku|seiseki|setsuguu?|ou?tai|tantou?(sha)?)hyou?ka|"
    r"apprais|evaluat|performance|(staff|employee|operator|agent)(rating|review|scor)"
)
_BETWEEN = re.compile(r"[\s・･、,.。_\-‐－ー]+")
_MOST_DIGITS, _MOST_LETTERS, _LONGEST = 9, 3, 30
TAKEN_IDS = frozenset(
    {
        "supervision", "notes", "own-call", "live-text", "claim", "facts", "urgent", "restriction",
        "casework",
        "transcription", "derivation", "voice-measures", "verification",
    }
)  # fmt: skip
"""What stands in the access log in the place of a purpose where nobody chooses one."""


def staff_is_not_appraised(draft: Draft) -> Iterator[Finding]:
    """To appraise staff is no purpose, neither by its words nor by its id (人事評価: 地方公務員法 第23条)."""
    told: set[Place] = set()
    for place, text in draft.everything():
        item = place[:2]
        if place[0] == "purposes" and item not in told and _APPRAISAL.search(_folded(text)):
            told.add(item)
            yield Finding(
                place=place,
                reason=f"「{text}」: 録音や文字起こしは、職員の評価（人事評価など）のために開けません。",
                instead="この目的を消すか、市民への対応のための目的に書き換えてください。例: 対応記録の作成",
            )


def somebody_can_open_something(draft: Draft) -> Iterator[Finding]:
    """Without a purpose for citizens' calls nobody could ever open one."""
    if "purposes" in draft.top.values and all(one.flag("practice") for one in draft.all("purposes")):
        yield Finding(
            place=("purposes",),
            reason="市民の通話を開く目的が1つもありません。誰も録音を聞けなくなります。",
            instead="practice: true でない目的を書くか、purposes を消してください（ふつうの5つを使います）。",
        )


def purposes_are_told_apart(draft: Draft) -> Iterator[Finding]:
    """The ledger names purposes: two of one name, or one named like our own work, could not be told apart."""
    names = ((place, text) for one in draft.all("purposes") for place, text in one.texts("name"))
    for place, name in twice(names):
        yield Finding(
            place=place,
            reason=f"目的「{name}」が2回書かれています。",
            instead="どちらかを消すか、別の言葉にしてください。",
        )
    for place, name in draft.ids("purposes").items():
        if name in TAKEN_IDS:
            yield Finding(
                place=place,
                reason=f"名前「{name}」は閲覧記録の別の意味に使われているため、目的には使えません。",
                instead=f"別の名前にしてください。例: {name}-1",
            )


def case_numbers_can_be_written(draft: Draft) -> Iterator[Finding]:
    """Where a case number is asked for there is a form for it."""
    if list(draft.part("access").texts("case_numbers")):
        return
    for one in draft.all("purposes"):
        if one.text("case_number") in {CaseNumber.OPTIONAL, CaseNumber.REQUIRED}:
            yield Finding(
                place=(*one.place, "case_number"),
                reason="件番号を聞くのに、件番号の形（access の case_numbers）が書かれていません。",
                instead='例: access: {case_numbers: ["R9-9999"]}（9 は数字1文字、A は英大文字1文字）',
            )


def case_numbers_name_nobody(draft: Draft) -> Iterator[Finding]:
    """A form has digits, and too few of them for a telephone number or a 個人番号."""
    for place, form in draft.part("access").texts("case_numbers"):
        plain = plain_case_number(form)
        digits = sum(letter.isdigit() for letter in plain)
        if DIGIT not in plain or len(plain) > _LONGEST:
            yield Finding(
                place=place,
                reason=f"「{form}」は、件番号の形として使えません。",
                instead=f'数字になるところを 9 にして、{_LONGEST}文字までで書いてください。例: "R9-9999"',
            )
        elif digits > _MOST_DIGITS or plain.count(LETTER) > _MOST_LETTERS:
            yield Finding(
                place=place,
                reason="この形では、電話番号・個人番号や名前を件番号の代わりに書けてしまいます。",
                instead=f"数字は{_MOST_DIGITS}文字まで、A は{_MOST_LETTERS}文字までにしてください。",
            )


def _folded(text: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).lower()


RULES = (
    somebody_can_open_something, purposes_are_told_apart,
    case_numbers_can_be_written, case_numbers_name_nobody,
)  # fmt: skip
