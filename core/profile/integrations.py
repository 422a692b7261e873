"""連携: what the city's other programs may do, and whom we tell. Unsaid, nothing is opened."""

from __future__ import annotations

from pydantic import Field

from core.profile.part import Part


class ReceiverRules(Part):
    """Who may be told of events (Webhook), and how often. Ids and kinds go out, nothing of a person."""

    internal_networks: tuple[str, ...] = Field(
        default=(),
        description="networks inside the hall where receivers may stand; others must be public",
        examples=["[10.20.30.0/24]"],
    )
    tries: int = Field(
        default=12,
        strict=True,
        ge=2,
        le=20,
        description="how often one event is tried before it is parked and an alarm says so",
        examples=["12"],
    )
    patience_seconds: int = Field(
        default=5,
        strict=True,
        ge=1,
        le=10,
        description="how long an answer is waited for, all in all",
        examples=["5"],
    )


class ScreenPop(Part):
    """The city's own system, opened beside a call: an address with places for what the call is."""

    name: str = Field(description="what the link says", examples=["窓口支援システム"])
    address: str = Field(
        description="https, with {call}, {line}, {department}; {number} only with number_allowed",
        examples=["https://madoguchi.example.lg.jp/denwa?line={line}"],
    )
    number_allowed: bool = Field(
        default=False,
        strict=True,
        description="whether the caller's number may stand in the address, where the operator may see it",
        examples=["false"],
    )
    by_itself: bool = Field(
        default=False,
        strict=True,
        description="whether it opens by itself in one tab when a call is taken; else by a click",
        examples=["false"],
    )


class Integrations(Part):
    """連携 of the city."""

    own_keys: bool = Field(
        default=False,
        strict=True,
        description="whether people may make keys for programs that act in their name",
        examples=["true"],
    )
    board_by_programs: bool = Field(
        default=False,
        strict=True,
        description="whether such a key may carry what people decide: views of the board, checks, decisions",
        examples=["false"],
    )
    receivers: ReceiverRules = Field(default=ReceiverRules(), description="Webhook の受信先")
    screen_pop: ScreenPop | None = Field(default=None, description="通話から開く市のシステム")
