"""The figures that calls are held against: all are the city's; None means that it wants no such signal."""

from __future__ import annotations

from dataclasses import dataclass

from core.profile.model import CityProfile
from core.profile.signals import HashigoFigures, LoudFigures, RepeatFigures, TalkOverFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One city's figures."""

    deadlock_minutes: int
    agreed_over_minutes: int
    alike: float
    """Likeness from which on two calls are taken for one demand, 0..1."""
    explain_minutes: int | None = None
    repeat_department: RepeatFigures | None = None
    repeat_hall: RepeatFigures | None = None
    hashigo: HashigoFigures | None = None
    loud: LoudFigures | None = None
    talk_over: TalkOverFigures | None = None

    @classmethod
    def of(cls, profile: CityProfile) -> Limits:
        """Read them from a city's profile; the clocks' minutes are those of the desk."""
        told = profile.signals
        return cls(
            deadlock_minutes=profile.clocks.deadlock_minutes,
            agreed_over_minutes=profile.clocks.agreed_over_minutes,
            explain_minutes=told.explain_minutes,
            alike=told.alike_percent / 100,
            repeat_department=told.repeat_department,
            repeat_hall=told.repeat_hall,
            hashigo=told.hashigo,
            loud=told.loud,
            talk_over=told.talk_over,
        )
