"""開示などの請求: the city's own closed days, and how long each kind of request may take. Values alone.

Every kind of request has a row of its own for each 実施機関 that answers it. There is no default: an
ordinance may shorten what the act sets (個人情報の保護に関する法律 第108条), and 情報公開 runs by ordinance.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.profile.part import Part

_LONGEST = 366  # days: no ordinance gives itself longer


class RequestKind(StrEnum):
    """What somebody asks for."""

    PERSONAL = "personal"  # 保有個人情報の開示 (法 第76条)
    CORRECTION = "correction"  # 訂正 (法 第90条)
    STOPPING = "stopping"  # 利用停止 (法 第98条)
    PUBLIC = "public"  # 情報公開 (by ordinance)


class Weekday(StrEnum):
    """A day of the week, in the order of ``date.weekday()``."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class YearlySpan(Part):
    """Days that are closed every year, from the first to the last, over the end of the year if so written."""

    first: str = Field(description="month and day", examples=['"12-29"'])
    last: str = Field(description="month and day", examples=['"01-03"'])


class ClosedDays(Part):
    """Days on which the city hall is closed (その市の休日条例)."""

    weekdays: tuple[Weekday, ...] = Field(examples=["[sat, sun]"])
    national_holidays: bool = Field(strict=True, examples=["true"])
    each_year: tuple[YearlySpan, ...] = Field(examples=['[{first: "12-29", last: "01-03"}]'])
    further: tuple[str, ...] = Field(
        default=(), description="days that are closed as well", examples=['["2027-07-01"]']
    )
    open_although: tuple[str, ...] = Field(
        default=(),
        description="days that are open although the above closes them",
        examples=['["2027-03-28"]'],
    )
    basis: str = Field(description="the ordinance that says so", examples=["さくら市の休日を定める条例"])


class LargeRequest(Part):
    """The special rule for very many records: a good part at once, the rest later (法 第84条)."""

    days: int = Field(strict=True, ge=1, le=_LONGEST, examples=["60"])
    pauses: bool = Field(
        strict=True,
        description="days of 補正 are left out of it too: the act does not say, the city decides",
        examples=["false"],
    )


class Term(Part):
    """How long one kind of request may take at some 実施機関."""

    kind: RequestKind = Field(examples=["personal"])
    agencies: tuple[str, ...] = Field(min_length=1, examples=["[shicho]"])
    days: int = Field(strict=True, ge=1, le=_LONGEST, description="days until the decision", examples=["30"])
    extension_days: int = Field(
        strict=True, ge=0, le=_LONGEST, description="days it may be extended by, with notice", examples=["30"]
    )
    large: LargeRequest | None = Field(default=None, description="大量の請求の特例")
    choice_days: int | None = Field(
        default=None,
        strict=True,
        ge=1,
        le=_LONGEST,
        description="days in which the receiver chooses the method (法 第87条第3項)",
        examples=["30"],
    )
    basis: str = Field(examples=["個人情報の保護に関する法律 第83条"])


class Ground(Part):
    """A ground on which a passage is left out: a number of 第78条第1項, or an article of an ordinance."""

    id: str = Field(examples=["ho-78-2"])
    kinds: tuple[RequestKind, ...] = Field(min_length=1, examples=["[personal]"])
    name: str = Field(examples=["第2号 ほかの個人の情報"])
    basis: str = Field(
        description="as it is printed on the list of what was left out (不開示部分一覧)",
        examples=["個人情報の保護に関する法律 第78条第1項第2号"],
    )


class Disclosure(Part):
    """What the clock of a request hangs on, and on which grounds something is left out."""

    closed: ClosedDays
    terms: tuple[Term, ...] = Field(min_length=1)
    grounds: tuple[Ground, ...] = Field(
        default=(), description="grounds on which a passage may be left out; without one nothing is released"
    )

    def grounds_of(self, kind: RequestKind) -> tuple[Ground, ...]:
        """Return the grounds on which something of a kind of request may be left out."""
        return tuple(one for one in self.grounds if kind in one.kinds)

    def term(self, kind: RequestKind, agency: str) -> Term | None:
        """Return the row of a kind at a 実施機関, or None: people must write it before a clock can run."""
        return next((one for one in self.terms if one.kind is kind and agency in one.agencies), None)
