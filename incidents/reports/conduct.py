"""How the hall did: outcomes, promises, and whether callers waited alike. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.profile.model import CityProfile
from incidents.reports.merging import FEWEST_PEOPLE, merged, merged_neighbours, tells_its_parts
from incidents.reports.pictures import bars
from incidents.reports.section import Section, banded, lengths, spoken, withheld
from storage.report_figures import ReportFigures, WaitFigures

_UNWRITTEN = "まだ書いていない"
_NOT_TOLD = "出しません"
"""Beside a bar there is little room at 320 pixels; the table says why."""
_OTHERS = f"ほかの結果・{_UNWRITTEN}"
_BEYOND_P95 = 20
"""Of so many values, one lies beyond the 95th percentile."""


def outcomes_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell what operators wrote as outcome. What incidents come to is a section of its own.

    All calls that were answered stand here. Where few were not answered, their number is left out among the
    calls (``traffic.calls_section``), and must not come back as what is missing here to all that came.
    """
    which, title, smallest = "outcomes", "通話の結果", profile.access.publish_from
    names = {one.id: one.name for one in profile.outcomes}
    named = [(name, figures.outcomes.get(code, 0)) for code, name in names.items()]
    former = sum(count for code, count in figures.outcomes.items() if code not in names)
    came, answered = (sum(one.calls for one in figures.departments),
                      sum(one.answered for one in figures.departments))  # fmt: skip
    unwritten = max(0, answered - sum(figures.outcomes.values()))
    named += [("以前の結果", former)] if former else []
    guarded = 0 < came - answered < smallest
    if not guarded:
        named.append((_UNWRITTEN, unwritten))
    if guarded:
        # What is left out tells nothing of its parts: neither by names, nor by sums, nor by rows of 0.
        rows = [row for row in named if row[1] >= smallest]
        while rows and came - sum(count for _, count in rows) < 2 * smallest:
            rows.pop()
    else:
        rows = _told_outcomes(named, smallest)
    if sum(count for _, count in rows) < smallest:
        return withheld(which, title)
    left = [(_OTHERS, "電話が少ないため出しません")] if guarded else []
    picture = bars(lengths([*rows, *((label, _NOT_TOLD) for label, _ in left)]))
    return Section(
        id=which, title=title, headings=("結果", "電話"), rows=(*rows, *left), picture=picture,
        in_words=spoken(picture),
        says=("職員が通話のあとに選んだ結果です。迷惑行為があったかどうかの判断ではありません。",),
    )  # fmt: skip


def _told_outcomes(named: Sequence[tuple[str, int]], smallest: int) -> list[tuple[str, int]]:
    counts = [count for _, count in named]
    if sum(counts) < smallest:
        return []
    together = merged(counts, smallest)
    if tells_its_parts(together, counts, smallest):
        return []
    rows = [row for place, row in enumerate(named) if place not in together]
    if together:
        small = "・".join(named[place][0] for place in sorted(together))
        rows.append((f"まとめ（{small}）", sum(counts[place] for place in together)))
    return rows


def types_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell of what types the cases were that several people had found to be harassment."""
    which, title, smallest = (
        "types",
        "カスタマーハラスメントに該当とした事案の型",
        profile.access.publish_from,
    )
    if figures.types is None:
        return withheld(which, title, "事案は少ないため、部署を1つ選んだときは出しません。")
    names = {one.code: one.name for one in profile.harassment_types}
    counted = [(name, figures.types.get(code, 0)) for code, name in names.items()]
    former = sum(count for code, count in figures.types.items() if code not in names)
    rows = _told_outcomes([*counted, *([("以前の型", former)] if former else [])], smallest)
    if not rows:
        return withheld(which, title)
    picture = bars(lengths(rows))
    return Section(
        id=which, title=title, headings=("型", "事案"), rows=tuple(rows), picture=picture,
        in_words=spoken(picture),
        says=(
            "この期間に、複数の職員の判断を経て「該当」と決定した事案です。",
            "1つの事案が、いくつかの型に入ることがあります。",
            "判断を取り消した事案は数えません。災害時の日の決定も除かずに数えます。",
        ),
    )  # fmt: skip


def promises_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell what became of our promises that came due."""
    which, title, smallest = "promises", "折り返しの約束", profile.access.publish_from
    of = figures.promises
    if of.kept + of.late + of.broken + of.waiting < smallest:
        return withheld(which, title)
    rows = (
        ("期限までに果たした", banded(of.kept, smallest)),
        ("期限を過ぎてから果たした", banded(of.late, smallest)),
        ("期限を過ぎ、まだ果たしていない", banded(of.broken, smallest)),
        ("期限前", banded(of.waiting, smallest)),
    )
    picture = bars(lengths(rows), alike=False)
    return Section(
        id=which, title=title, headings=("約束", "件数"), rows=rows, picture=picture,
        in_words=spoken(picture),
        says=(
            "この期間に期限が来る約束です。果たしていない約束は市の側の落ち度で、掛け直してきた人の落ち度ではありません。",
            "災害時の日の約束も除かずに数えます。",
        ),
    )  # fmt: skip


def waits_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell whether callers without a number waited as long as those with one.

    A percentile stands only where as many values as a count needs lie beyond it: it would be one call's else.
    """
    which, title, smallest = "waits", "出るまでの待ち時間（公平さ）", profile.access.publish_from
    of = figures.waits
    if sum(one.people for one in figures.departments) < FEWEST_PEOPLE or not of:
        return withheld(which, title, "この期間は、電話か応対した席が少ないため、数字を出しません。")
    parts = {count for one in of for count in (one.calls, one.answered, one.calls - one.answered)}
    if any(0 < count < smallest for count in parts) or sum(one.calls for one in of) < smallest:
        return withheld(
            which, title, "番号の表示がある電話かない電話のどちらかが少ないため、分けて出しません。"
        )
    rows = tuple(
        (_shown(one), one.calls, one.answered, *(_seconds(value) for value in told_waits(one, smallest)))
        for one in of
    )
    lines = [
        (f"{_shown(one)}・{what}", value)
        for one in of
        for what, value in zip(("中央値", "95％の人まで"), told_waits(one, smallest), strict=True)
    ]
    picture = bars(
        lengths([(label, _NOT_TOLD if value is None else round(value)) for label, value in lines], unit="秒"),
        alike=False,
    )
    return Section(
        id=which, title=title, picture=picture, in_words=spoken(picture), rows=rows,
        headings=(
            "番号の表示", "電話", "職員が話した電話", "待ち時間の中央値（秒）",
            "95％の人の待ち時間（秒以内）",
        ),
        says=(
            "番号を知らせない人も、同じように待ち、同じようにつながるはずです。二つの数字が近ければ、そうなっています。",
            "離れているときは、掛かってくる窓口や時間帯の違いも確かめてください。",
            "電話が着いてから職員と話せるまでの秒数で、案内の音声を含みます。出る前に切れた電話は、待ち時間に入りません。",
        ),
    )  # fmt: skip


def unrecorded_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell the daily counts of lines that are never recorded; days with few calls are told together."""
    which, title, smallest = "unrecorded", "録音しない窓口", profile.access.publish_from
    days = sorted(figures.unrecorded)
    counts = [figures.unrecorded[day] for day in days]
    stretches = merged_neighbours(counts, smallest)
    if not sum(counts):
        return withheld(which, title, "この期間に、録音しない窓口の電話はありません。")
    if not stretches:
        return withheld(which, title)
    rows = tuple(
        (
            days[one.start].isoformat() if len(one) == 1 else f"{days[one.start]}〜{days[one.stop - 1]}",
            sum(counts[place] for place in one),
        )
        for one in stretches
    )
    return Section(
        id=which, title=title, headings=("日", "電話"), rows=rows,
        says=(
            f"相談の窓口など、録音しない電話の一日ごとの件数で、合わせて{sum(counts):,}件です。",
            "時刻も番号も残していないため、ほかの数字には入りません。",
            "件数の少ない日は、続く日とまとめます。",
        ),
    )  # fmt: skip


def told_waits(one: WaitFigures, smallest: int) -> tuple[float | None, float | None]:
    """Return median and 95th percentile in seconds, each None where too few values lie beyond it."""
    return (
        one.median if one.answered >= 2 * smallest else None,
        one.p95 if one.answered >= _BEYOND_P95 * smallest else None,
    )


def _shown(one: WaitFigures) -> str:
    return "表示あり" if one.shown else "表示なし"


def _seconds(value: float | None) -> int | str:
    return "少ないため出しません" if value is None else round(value)
