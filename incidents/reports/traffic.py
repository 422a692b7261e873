"""How many calls came, to whom, when, and how often the same number called. Pure.

Departments stand in the profile's order and are never sorted by a figure; nothing is counted by operator.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.profile.model import CityProfile
from incidents.reports.merging import FEWEST_PEOPLE, is_tellable, merged, merged_neighbours, tells_its_parts
from incidents.reports.pictures import bars, week
from incidents.reports.section import Section, banded, fewer_than, lengths, spoken, withheld
from storage.report_figures import REPEATED_WITHIN, DepartmentFigures, ReportFigures

WEEKDAYS = "月火水木金土日"
STEPS = (1, 2, 3, 4, 5, 6, 11, 21)
"""How often: from so many calls on, up to the next step."""


def calls_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell how many calls came in and how long people talked."""
    which, title, smallest = "calls", "電話の件数と時間", profile.access.publish_from
    of = figures.departments
    total, answered = sum(one.calls for one in of), sum(one.answered for one in of)
    if total < smallest:
        return withheld(which, title)
    unanswered = banded(total - answered, smallest)
    exactly = isinstance(unanswered, int)
    counts = (
        ("掛かってきた電話", total),
        ("職員が話した電話", answered if exactly else "下の件数を除くすべて"),
        ("話さずに終わった電話", unanswered),
        ("フラグを付けた電話", banded(sum(one.flagged for one in of), smallest)),
    )
    picture = bars(lengths(counts))
    minutes = round(sum(one.seconds for one in of) / 60)
    few = sum(one.people for one in of) < FEWEST_PEOPLE
    return Section(
        id=which, title=title, headings=("内容", "数"), picture=picture, in_words=spoken(picture),
        says=("掛かってきた電話だけを数えます。こちらから掛けた電話は含みません。",),
        rows=(*counts, ("話した時間（分）", "応対した席が少ないため出しません" if few else minutes)),
    )  # fmt: skip


def departments_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell the departments' calls and minutes, in the profile's order."""
    which, title = "departments", "部署"
    known = {one.department: one for one in figures.departments}
    order = [one for one in profile.departments if one.id in known]
    of = [known[one.id] for one in order]
    names = [one.name for one in order]
    gone = [one for one in figures.departments if one.department not in {each.id for each in order}]
    of, names = [*of, *gone], [*names, *("以前の部署" for _ in gone)]
    smallest, counts = profile.access.publish_from, [one.calls for one in of]

    def enough(places: Collection[int]) -> bool:
        return sum(of[place].people for place in places) >= FEWEST_PEOPLE

    if not of or not is_tellable(counts, smallest, enough):
        return withheld(which, title, "この期間は、電話か応対した席が少ないため、数字を出しません。")
    together = merged(counts, smallest, enough)
    if tells_its_parts(together, counts, smallest):
        return withheld(which, title)
    rows = [(names[place], *_figures([of[place]])) for place in range(len(of)) if place not in together]
    if together:
        rows.append((f"まとめ（{len(together)}部署）", *_figures([of[place] for place in sorted(together)])))
    picture = bars(lengths([(name, calls) for name, calls, _ in rows]))
    return Section(
        id=which, title=title, headings=("部署", "電話", "話した時間（分）"), rows=tuple(rows),
        picture=picture, in_words=spoken(picture),
        says=(
            "順番は市の部署の順で、件数の順ではありません。件数は窓口の性質で決まり、仕事ぶりを表しません。",
            *(("電話か応対した席が少ない部署は、まとめて出します。",) if together else ()),
        ),
    )  # fmt: skip


def hours_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell at which hours of which weekday calls came."""
    which, title, smallest = "hours", "曜日と時間帯", profile.access.publish_from
    places = [(day, hour) for day in range(1, 8) for hour in range(24)]
    counts = [figures.hours.get(place, 0) for place in places]
    together = merged(counts, smallest)
    if sum(counts) < smallest or len(together) == sum(1 for count in counts if count):
        return withheld(which, title)
    # What is nothing is told like what is small: where each small one is one call, their sum tells it.
    shown = {
        place: counts[number]
        for number, place in enumerate(places)
        if counts[number] and number not in together
    }
    picture, fewer = week(shown), f"0〜{smallest - 1}"
    small = sum(counts[number] for number in together)
    told = [(count, place) for place, count in shown.items()]
    most = max(told, default=None)
    return Section(
        id=which, title=title, headings=("時間帯", *(f"{day}曜" for day in WEEKDAYS)), picture=picture,
        rows=tuple(
            (f"{hour}時台", *(shown.get((day, hour), fewer) for day in range(1, 8)))
            for hour in picture.hours
        ),
        says=(
            "電話が掛かってきた時刻で数えます。",
            f"白い所とここにない時間帯は、{fewer}件の所か、まとめて数えた所で、合わせて{small:,}件です。",
        ),
        in_words="" if most is None else (
            f"いちばん多いのは{WEEKDAYS[most[1][0] - 1]}曜日の{most[1][1]}時台で、{most[0]:,}件"
        ),
    )  # fmt: skip


def callers_section(figures: ReportFigures, profile: CityProfile) -> Section:
    """Tell how many numbers called how often, as a distribution: no number, no caller."""
    which, title, smallest = "callers", "同じ番号からの電話", profile.access.publish_from
    if not figures.callers:
        return withheld(which, title)
    most = max(figures.callers)
    steps = [step for step in STEPS if step <= most]
    counts = [
        sum(callers for times, callers in figures.callers.items() if first <= times < after)
        for first, after in zip(steps, (*steps[1:], most + 1), strict=True)
    ]
    stretches = merged_neighbours(counts, smallest)
    if not stretches:
        return withheld(which, title)
    rows = tuple((_times(steps, one), sum(counts[place] for place in one)) for one in stretches)
    picture = bars(lengths(rows, unit="個"))
    return Section(
        id=which, title=title, headings=("掛けてきた回数", "番号の数"), rows=rows, picture=picture,
        in_words=spoken(picture),
        says=(
            f"期間の終わりの{REPEATED_WITHIN.days}日間に、同じ番号から何回掛かってきたかです。番号は人ではありません。",
            "家族や職場の共用の電話もあれば、窓口から窓口へ回された人や、掛け直すように言われた人もいます。",
            "番号の表示がない電話は、だれの電話とも数えません。",
            f"{fewer_than(smallest)}にあたる所は、隣の回数とまとめます。",
        ),
    )  # fmt: skip


def _figures(of: Sequence[DepartmentFigures]) -> tuple[int, int]:
    return sum(one.calls for one in of), round(sum(one.seconds for one in of) / 60)


def _times(steps: Sequence[int], stretch: range) -> str:
    first = steps[stretch.start]
    if stretch.stop == len(steps):
        return f"{first}回以上"
    last = steps[stretch.stop] - 1
    return f"{first}回" if first == last else f"{first}〜{last}回"
