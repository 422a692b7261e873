"""Which address asks for which right from call to case.

Signals, cases, alerts, visits, care, a recorder's files. As ``doors.py``: one line per address, and what
stands nowhere is shut.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.rights import Matter

CASE_DOORS: Mapping[Matter, str] = {
    Matter.INCIDENTS: """
        GET /policy
        GET /incidents
        POST /incidents
        GET /incidents/{incident}
        POST /calls/{call}/incident
        POST /incidents/{incident}/judges
        POST /calls/{call}/board
        POST /incidents/{incident}/view
        POST /incidents/{incident}/finding/withdraw
        POST /incidents/{incident}/step
        POST /incidents/{incident}/kinds
        POST /incidents/{incident}/handling
        GET /incidents/{incident}/statement
        POST /incidents/{incident}/statement
        POST /incidents/{incident}/quotes
        POST /incidents/{incident}/measures
        GET /incidents/{incident}/paper
        GET /incidents/{incident}/papers/{number}
    """,
    Matter.IMPORTS: """
        GET /imports
        POST /imports
        GET /imports/{wanted}
        GET /imports/{wanted}/state
        POST /imports/{wanted}/file
        POST /imports/{wanted}/open
        POST /imports/{wanted}/original
        POST /imports/{wanted}/use
    """,
    Matter.SIGNALS: """
        GET /signals
        POST /signals/{signal}/handled
        POST /signals/{signal}/incident
        GET /signals/{signal}/sheet
        POST /signals/{signal}/sheet/open  knock
        POST /signals/{signal}/sheet/reports
        GET /signals/{signal}/alike
    """,
    Matter.VISITS: """
        GET /visits
        POST /visits
        POST /visits/{visit}/word
        POST /visits/{visit}/end
    """,
    Matter.ALERTS: """
        GET /alerts
        GET /calls/{call}/alert
        POST /calls/{call}/alert
        GET /incidents/{incident}/alert
        POST /incidents/{incident}/alert
        POST /alerts/{alert}/withdraw
    """,
    Matter.ALERTS_SHOWN: """
        POST /alerts/{alert}/checked
    """,
    Matter.PROVISIONS: """
        GET /provisions
    """,
    Matter.CARE: """
        GET /care
        GET /care/desk
        GET /care/state
        POST /care/rest
        POST /care/rest/off
        POST /care/ask
        POST /care/{care}/end
        POST /care/{care}/erase
        POST /care/{care}/spoken
        POST /care/{care}/later
    """,
}
