"""Rules about 庁内警報: who may be told, on which ground, in which words. Pure: a draft in, findings out."""

from __future__ import annotations

from collections.abc import Iterator

from core.profile.alerts import Alerts
from core.profile.draft import Draft, twice
from core.profile.faults import Finding
from core.words import folded


def alert_instructions_judge_nobody(draft: Draft) -> Iterator[Finding]:
    """What is asked is an instruction; a word that judges a person is a label, and is not passed on."""
    alerts = draft.part("alerts")
    judging = [one for _, one in alerts.texts("judging_words")] or Alerts().judging_words
    for place, name in (pair for one in alerts.all("instructions") for pair in one.texts("name")):
        found = next((word for word in judging if folded(word) and folded(word) in folded(name)), None)
        if found is not None:
            yield Finding(
                place=place,
                reason=f"「{found}」は人を決めつける言葉なので、庁内警報の指示には使えません。",
                instead="職員がすることを書いてください。例: 複数の職員で対応する",
            )


def alert_instructions_are_told_apart(draft: Draft) -> Iterator[Finding]:
    """Two instructions under one id could not be told apart."""
    for place, name in twice(
        pair for one in draft.part("alerts").all("instructions") for pair in one.texts("id")
    ):
        yield Finding(
            place=place,
            reason=f"指示「{name}」が2回書かれています。",
            instead="一方を別の名前にしてください。",
        )


def alert_words_are_written(draft: Draft) -> Iterator[Finding]:
    """A word of nothing but marks would be found in everything."""
    for place, word in draft.part("alerts").texts("judging_words"):
        if word.strip() and not folded(word):
            yield Finding(
                place=place, reason="文字のない言葉は書けません。", instead="この行を消してください。"
            )


def alerts_cross_on_a_ground(draft: Draft) -> Iterator[Finding]:
    """Telling another 実施機関 is a provision (個人情報保護法 第69条): two agencies, and an article."""
    known = set(draft.ids("agencies").values())
    for one in draft.part("alerts").all("grounds"):
        for place, agency in one.texts("agency", "to"):
            if agency not in known:
                yield Finding(
                    place=place,
                    reason=f"実施機関「{agency}」が agencies にありません。",
                    instead=f"agencies の id を書いてください。例: {', '.join(sorted(known)) or 'shicho'}",
                )
        if one.text("agency") and one.text("agency") == one.text("to"):
            yield Finding(
                place=(*one.place, "to"),
                reason="同じ実施機関の中で知らせるのに、提供の根拠は要りません。",
                instead="この行を消すか、別の実施機関を書いてください。",
            )
        for place, basis in one.texts("basis"):
            if "条" not in basis:
                yield Finding(
                    place=place,
                    reason="ほかの実施機関に知らせる根拠に、条文が書かれていません。",
                    instead="例: 個人情報の保護に関する法律 第69条第2項第3号",
                )


RULES = (
    alert_instructions_judge_nobody, alert_instructions_are_told_apart, alert_words_are_written,
    alerts_cross_on_a_ground,
)  # fmt: skip
