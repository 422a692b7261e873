"""Every page that can be opened is named here beside the test that opens it in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

ACCEPTANCE = Path("tests/acceptance")
OPENED_BY = {
    "bundles": "test_request_answered", "viewing": "test_request_answered",
    "access_log": "test_records_pages", "accounts": "test_console_pages", "accuracy": "test_accuracy_page",
    "alarms": "test_console_pages", "alert_form": "test_alerts_page", "alerts": "test_alerts_page",
    "alike_calls": "test_signals_page", "around_marks": "test_rights_page", "call": "test_console_pages",
    "calls": "test_console_pages", "care": "test_care_pages", "case_statement": "test_incident_pages",
    "case_version": "test_incident_pages", "console": "test_operator_desk",
    "console_call": "test_operator_desk", "console_mini": "test_desk_keys",
    "dashboard": "test_dashboard_page", "destruction": "test_destruction_page",
    "disaster": "test_console_sight", "disclosure": "test_disclosures_page",
    "disclosures": "test_disclosures_page", "ending": "test_wallboard", "error": "test_console_pages",
    "factor_set_up": "test_second_factor_pages", "import": "test_import_pages",
    "imports": "test_import_pages", "incident": "test_incident_pages",
    "incident_alert": "test_board_pages", "incidents": "test_incident_pages", "ledger": "test_ledger_page",
    "live": "test_wallboard", "live_call": "test_wallboard", "own_account": "test_second_factor_pages",
    "own_keys": "test_integration_pages", "phone": "test_console_pages", "policy": "test_policy_page",
    "promises": "test_help_everywhere", "provisions": "test_alerts_page", "quote": "test_quote_exported",
    "quote_export": "test_quote_exported", "record_content": "test_records_pages",
    "redaction": "test_redaction_page",
    "record_request": "test_records_pages", "records": "test_records_pages",
    "recovery_codes": "test_second_factor_pages", "rights": "test_rights_page",
    "search": "test_console_pages", "sheet": "test_signals_page", "sign_in": "test_console_pages",
    "sign_in_code": "test_second_factor_pages", "signals": "test_signals_page", "tokens": "test_wallboard",
    "unrecorded": "test_unrecorded_page", "visits": "test_visits_page", "webhooks": "test_integration_pages",
}  # fmt: skip
"""By template; found by looking at what each of these tests opens."""


def test_every_page_is_opened_by_a_browser_test() -> None:
    pages = {
        one.stem
        for one in Path("api/pages").glob("*.html")
        if re.search(r'extends "(page|base)\.html"', one.read_text(encoding="utf-8"))
    } - {"page"}

    assert set(OPENED_BY) == pages
    for name in set(OPENED_BY.values()):
        assert "pytest.mark.browser" in (ACCEPTANCE / f"{name}.py").read_text(encoding="utf-8")
