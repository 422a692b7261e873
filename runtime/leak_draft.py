"""Drafts the report of a leak: what is known filled in, what people must find out left open and named.

One draft for each body that answers for the calls (実施機関), because each reports under its own regime:

- 行政機関等: 個人情報の保護に関する法律 第68条、同法施行規則 第43条～第45条. More than 100 persons, or any
  number with 要配慮個人情報, a loss of money, or a bad purpose.
- 第4章 (病院など): 同法 第26条、施行規則 第7条・第8条・第10条. More than 1,000 persons.
- own ordinance (議会): what it says; nothing of it is known here.

Both: 速報 promptly (速やかに), 確報 within 30 days (60 where a bad purpose is suspected). That promptly
means about 3 to 5 days is no law but the commission's guideline (通則編 3-5-3-3). Days are counted with the
day of knowing as the first, so that no date told here is too late.

What was seen of the sources stands in each draft (``Duty.seen``), because who signs it must know what to look
up: the commission's page on leaks (https://www.ppc.go.jp/personalinfo/legal/leakAction/) for the four cases
with 100 and 1,000 persons; copies that quote e-Gov's text of 法第26条 and 規則第7条・第8条・第10条 (2026-10).
Of 法第68条 and 規則第43条～第45条 no text could be had: that 第68条 and 第43条第4号 are the articles, a law
office says (https://fukuoka.law/protection-of-personal-information/); for the others, nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.profile.model import Agency, Regime
from storage.leak import Touch

TO_FILL = "【記入】"
_HEARD = frozenset(
    {
        "listen",
        "clip",
        "around-marks",
        "quote",
        "take-out",
        "live-listen",
        "live-whisper",
        "live-barge",
        "live-take-over",
    }
)
_WORDS = frozenset({"read", "search", "quote", "clip", "live-text", "case", "paper"})
"""Acts by which sound was heard, and by which words were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What the law of a regime asks for."""

    law: str
    cases: str
    many: int | None
    tell: str
    seen: str
    """How far the source was seen, for who has to look it up."""


DUTIES = {
    Regime.PUBLIC_BODY: Duty(
        law="個人情報の保護に関する法律 第68条第1項、同法施行規則 第43条・第44条",
        cases="施行規則 第43条各号", many=100, tell="同法 第68条第2項、施行規則 第45条",
        seen="対象と人数は個人情報保護委員会のページで確認。第68条、施行規則 第43条～第45条の条文は未確認",
    ),
    Regime.PRIVATE_RULES: Duty(
        law="個人情報の保護に関する法律 第26条第1項、同法施行規則 第7条・第8条",
        cases="施行規則 第7条各号", many=1000, tell="同法 第26条第2項、施行規則 第10条",
        seen="対象と人数は個人情報保護委員会のページで、条文は 2026年10月の写しで確認",
    ),
    Regime.OWN_ORDINANCE: Duty(
        law="その機関の条例（個人情報の保護に関する法律 第68条は及びません）",
        cases="条例の定め", many=None, tell="条例の定め", seen="条例は未確認",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Days by which reports are due; the day of knowing counts as the first."""

    known: date

    @property
    def first(self) -> tuple[date, date]:
        """速報: from the third to the fifth day."""
        return self.known + timedelta(days=2), self.known + timedelta(days=4)

    @property
    def final(self) -> date:
        """確報: the thirtieth day."""
        return self.known + timedelta(days=29)

    @property
    def final_of_bad_purpose(self) -> date:
        """確報 where a bad purpose is suspected: the sixtieth day."""
        return self.known + timedelta(days=59)


def persons_in(touches: Sequence[Touch]) -> set[str]:
    """Tell the persons apart, never too few of them."""
    return {one.whose for one in touches if one.call is not None or one.recording is not None}


def draft_of(agency: Agency, touches: Sequence[Touch], asked: str, known: date) -> str:
    """Write the draft of one body's report.

    Args:
        agency: who reports
        touches: what was opened, of this body's calls
        asked: what was looked for, in words
        known: day on which the body knew
    """
    duty, due = DUTIES[agency.regime], Deadlines(known=known)
    persons = persons_in(touches)
    numbered = {one.whose for one in touches if one.person is not None}
    recordings = {one.recording for one in touches if one.recording is not None}
    days = sorted(one.at for one in touches)
    acts = {one.act for one in touches}
    first, last = due.first
    lines = [
        f"漏えい等の報告（案）  {agency.name}",
        "",
        "この案は、閲覧記録から分かることだけで作りました。報告の要否は人が判断し、委員会のフォームで報告します。",
        f"根拠: {duty.law}（条番号は報告の前に e-Gov 法令検索で確かめる）",
        f"出典の確認: {duty.seen}",
        f"法令の区分の根拠: {agency.basis}",
        "",
        f"知った日          {known}（{TO_FILL} 確かめる。下の日付は、知った日を1日目と数えたもの）",
        f"速報の期限の目安  {first} ～ {last}",
        "                  （速やかに。委員会のガイドラインの目安は、知ってから概ね3～5日以内）",
        f"確報の期限        {due.final}（30日以内）",
        f"                  {due.final_of_bad_purpose}（60日以内。不正の目的のおそれがあるとき）",
        "",
        f"報告の対象になるか（{duty.cases}。一つでも当たれば対象）",
        f"  □ 要配慮個人情報が含まれる      {TO_FILL} 通話の内容を確かめる（病気、障害、犯罪の経歴など）",
        f"  □ 財産的被害が生じるおそれ      {TO_FILL} 通話の内容を確かめる（口座、カードの番号など）",
        f"  □ 不正の目的のおそれ            {TO_FILL} 経緯を確かめる",
        _by_number(duty, len(persons)),
        f"  □ 条例要配慮個人情報            {TO_FILL} 市の条例に定めがあるときだけ",
        "  高度な暗号化などで守られたものは除かれます（録音の実物だけが失われ、鍵が守られているときなど）。",
        "",
        "1 概要",
        f"  調べた範囲: {asked}",
        f"  開かれた日時: {_moments(days)}",
        f"  {TO_FILL} 発覚の経緯、発生の日、だれからだれに漏れた（おそれがある）か",
        "2 保有個人情報（個人データ）の項目",
        f"  {_items(acts)}",
        f"  {TO_FILL} 通話の中で話された項目（氏名、住所、相談の内容など）",
        "3 本人の数",
        f"  {len(persons):,} 人（録音 {len(recordings):,} 件）",
        f"  電話番号で {len(numbered):,} 人、番号の分からない通話が {len(persons) - len(numbered):,} 件",
        "  一つの番号を何人かで使うことも、別の人の話をすることもあります。職員の声も入っています。",
        f"  {TO_FILL} 内容を確かめた人数",
        f"4 原因  {TO_FILL}",
        f"5 二次被害又はそのおそれの有無及びその内容  {TO_FILL}",
        f"6 本人への対応の実施状況（{duty.tell}）  {TO_FILL}",
        f"7 公表の実施状況  {TO_FILL}",
        f"8 再発防止のための措置  {TO_FILL}",
        f"9 その他参考となる事項  {TO_FILL}",
        "",
    ]
    return "\n".join(lines)


def _by_number(duty: Duty, persons: int) -> str:
    if duty.many is None:
        return (
            f"  □ 本人の数                      {TO_FILL} 条例を確かめる（分かっているのは {persons:,} 人）"
        )
    mark, told = ("■", "当たります") if persons > duty.many else ("□", "分かっている限り当たりません")
    return f"  {mark} 本人の数が {duty.many:,} 人を超える  {persons:,} 人: {told}"


def _moments(days: Sequence[object]) -> str:
    return f"{days[0]:%Y-%m-%d %H:%M} ～ {days[-1]:%Y-%m-%d %H:%M}（協定世界時）" if days else "なし"


def _items(acts: set[str]) -> str:
    told = [
        *(["通話の音声（相手の声、職員の声、話の内容）"] if acts & _HEARD else []),
        *(["文字起こし（話の内容）"] if acts & _WORDS else []),
        "通話の日時・窓口・電話番号（画面に出たおそれ）",
    ]
    return "、".join(told)
