"""Which address of the API asks for which reach of a person's key, and for which right of that person.

As ``doors.py``: one line per address, and what stands nowhere is shut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.own_keys import Reaches
from core.rights import Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A door for programs that show a person's own key (api/own_keys.py): both must hold."""

    matter: Matter
    reaches: Reaches


KEYED_DOORS: Mapping[Keyed, str] = {
    Keyed(matter=Matter.CALLS, reaches=Reaches.CALLS): """
        GET /api/v1/calls/{call}
    """,
    Keyed(matter=Matter.CALLER, reaches=Reaches.CALLERS): """
        GET /api/v1/calls/{call}/caller
    """,
    Keyed(matter=Matter.CALLER, reaches=Reaches.CALLERS_WRITE): """
        POST /api/v1/calls/{call}/shared
        POST /api/v1/calls/{call}/shared/{mark}/revoke
    """,
    Keyed(matter=Matter.SIGNALS, reaches=Reaches.SIGNALS): """
        GET /api/v1/signals
        GET /api/v1/signals/{signal}/alike
    """,
    Keyed(matter=Matter.SIGNALS, reaches=Reaches.SIGNALS_WRITE): """
        POST /api/v1/signals/{signal}/handled
        POST /api/v1/signals/{signal}/reports
    """,
    Keyed(matter=Matter.SIGNALS, reaches=Reaches.INCIDENTS_WRITE): """
        POST /api/v1/signals/{signal}/incident
    """,
    Keyed(matter=Matter.INCIDENTS, reaches=Reaches.INCIDENTS): """
        GET /api/v1/incidents
        GET /api/v1/incidents/{incident}
        GET /api/v1/incidents/{incident}/content
        GET /api/v1/incidents/{incident}/statement/words
    """,
    Keyed(matter=Matter.INCIDENTS, reaches=Reaches.INCIDENTS_WRITE): """
        POST /api/v1/incidents
        POST /api/v1/calls/{call}/incident
        POST /api/v1/incidents/{incident}/kinds
        POST /api/v1/incidents/{incident}/statement
        POST /api/v1/incidents/{incident}/measures
        POST /api/v1/incidents/{incident}/submit
        POST /api/v1/incidents/{incident}/return
        POST /api/v1/incidents/{incident}/file
        POST /api/v1/incidents/{incident}/close
    """,
    Keyed(matter=Matter.INCIDENTS, reaches=Reaches.BOARD): """
        POST /api/v1/calls/{call}/board
        POST /api/v1/incidents/{incident}/judges
        POST /api/v1/incidents/{incident}/view
        POST /api/v1/incidents/{incident}/finding/withdraw
        POST /api/v1/incidents/{incident}/handling
        POST /api/v1/incidents/{incident}/check
        POST /api/v1/incidents/{incident}/agree
        POST /api/v1/incidents/{incident}/decide
    """,
    Keyed(matter=Matter.ALERTS, reaches=Reaches.ALERTS): """
        GET /api/v1/alerts
    """,
    Keyed(matter=Matter.ALERTS, reaches=Reaches.ALERTS_WRITE): """
        POST /api/v1/calls/{call}/alert
        POST /api/v1/incidents/{incident}/alert
        POST /api/v1/alerts/{alert}/withdraw
    """,
    Keyed(matter=Matter.ALERTS_SHOWN, reaches=Reaches.ALERTS_WRITE): """
        POST /api/v1/alerts/{alert}/checked
    """,
    Keyed(matter=Matter.PROVISIONS, reaches=Reaches.PROVISIONS): """
        GET /api/v1/provisions
    """,
    Keyed(matter=Matter.IMPORTS, reaches=Reaches.IMPORTS): """
        GET /api/v1/imports
        GET /api/v1/imports/{wanted}
    """,
    Keyed(matter=Matter.INCIDENTS, reaches=Reaches.PAPERS): """
        POST /api/v1/incidents/{incident}/papers/{number}/file
    """,
    Keyed(matter=Matter.INCIDENTS, reaches=Reaches.QUOTES): """
        GET /api/v1/incidents/{incident}/quotes
    """,
    Keyed(matter=Matter.WORDS, reaches=Reaches.QUOTES): """
        POST /api/v1/quotes/{quote}/exports
        GET /api/v1/quote-exports/{export}
        POST /api/v1/quote-exports/{export}/file
    """,
    Keyed(matter=Matter.VISITS, reaches=Reaches.VISITS): """
        GET /api/v1/visits
    """,
    Keyed(matter=Matter.VISITS, reaches=Reaches.VISITS_WRITE): """
        POST /api/v1/visits
        POST /api/v1/visits/{visit}/word
        POST /api/v1/visits/{visit}/end
    """,
    Keyed(matter=Matter.FIGURES, reaches=Reaches.REPORTS): """
        GET /api/v1/reports
        GET /api/v1/reports/{section}
    """,
}
