"""Which table holds what kind of thing: by it a role's rights (``core/rights.py``) reach rows, or do not.

A table that stands nowhere here fails the test that walks the catalogue. Who sees which rows is the work of
row-level security; this says what it must come to.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from core.rights import Matter


class Kept(Enum):
    """Tables whose rows are nobody's by role."""

    SHUT = "shut"  # the console's role reads no row of it
    BEFORE = "before"  # the console reads it before it knows who acts; pages show of it what the rules give


Rows = Kept | tuple[Matter, ...]

_CALLS, _CONTENT = (Matter.CALLS,), (Matter.CONTENT,)
_CASES = (Matter.INCIDENTS,)

TABLES: Mapping[str, Rows] = {
    # Signing in, before anybody is known. accounts, api_tokens: pages show them to who keeps the machine.
    "accounts": Kept.BEFORE,
    "web_sessions": Kept.BEFORE,
    "sign_in_attempts": Kept.BEFORE,
    "sign_in_steps": Kept.BEFORE,
    "provider_identities": Kept.BEFORE,
    "provider_sign_ins": Kept.BEFORE,
    "api_tokens": Kept.BEFORE,
    "watch_readings": Kept.BEFORE,
    # A person's own.
    "second_factors": (Matter.OWN_ACCOUNT,),
    "recovery_codes": (Matter.OWN_ACCOUNT,),
    "saved_queries": (Matter.OWN_ACCOUNT,),
    "api_presses": (Matter.OWN_TRACES,),
    "phone_seats": (Matter.OWN_TRACES, Matter.SEATS),
    "live_watches": (Matter.OWN_TRACES,),
    "care_requests": (Matter.CARE,),
    "care_checks": (Matter.CARE,),
    # Facts of calls, and what stands beside them.
    "calls": _CALLS,
    "call_marks": _CALLS,
    "call_orders": _CALLS,
    "call_parties": _CALLS,
    "call_callers": _CALLS,
    "call_claims": _CALLS,
    "call_clocks": _CALLS,
    "call_endings": _CALLS,
    "call_guests": _CALLS,
    "call_measures": _CALLS,
    "call_notes": _CALLS,
    "call_outside": _CALLS,
    "call_stretches": _CALLS,
    "call_wrap_ups": _CALLS,
    "help_requests": _CALLS,
    "promises": _CALLS,
    "shared_numbers": _CALLS,
    "claimed_names": _CALLS,
    "signals": (Matter.SIGNALS,),
    "danger_reports": (Matter.SIGNALS,),
    "text_cards": _CALLS,
    # Cases, and everything that happened to them.
    "incidents": _CASES,
    "incident_events": _CASES,
    "incident_calls": _CASES,
    "incident_quotes": _CASES,
    "incident_judges": _CASES,
    "incident_papers": _CASES,
    "imports": (Matter.IMPORTS,),
    # Sound and words, and what hangs on them.
    "recordings": _CONTENT,
    "recording_keys": _CONTENT,
    "sealed_objects": _CONTENT,
    "recording_holds": _CONTENT,
    "destruction_approvals": _CONTENT,
    "transcript_revisions": _CONTENT,
    "transcription_states": _CONTENT,
    "utterances": _CONTENT,
    "voice_measures": _CONTENT,
    "confirmations": _CONTENT,
    "corrections": _CONTENT,
    "quotes": _CONTENT,
    "clips": (Matter.PLAYS,),
    "quote_exports": (Matter.PLAYS,),
    "mark_listeners": (Matter.OWN_TRACES, Matter.AROUND_MARKS),
    "live_lines": (Matter.LIVE_TEXT,),
    "live_states": (Matter.LIVE_STATE,),
    # Rights that are lent, and what narrows them.
    "deputies": (Matter.OWN_TRACES, Matter.DEPUTIES),
    "urgent_openings": (Matter.OWN_TRACES, Matter.URGENT),
    "restricted_groups": (Matter.GROUPS,),
    "restricted_members": (Matter.GROUPS,),
    "call_restrictions": (Matter.GROUPS,),
    # Alerts to other departments. At a desk they come out of rights.alerts_at_desk.
    "alerts": (Matter.ALERTS,),
    "alert_withdrawals": (Matter.ALERTS,),
    "alert_sightings": (Matter.OWN_TRACES, Matter.ALERTS),
    "provisions": (Matter.PROVISIONS,),
    # Requests from outside, and who looked.
    "record_requests": (Matter.REQUEST_NUMBERS,),
    "record_candidates": (Matter.REQUESTS,),
    "record_wishes": (Matter.REQUESTS,),
    "bundles": (Matter.REQUESTS,),
    "redaction_events": (Matter.REQUESTS,),
    "redaction_hearings": (Matter.REQUESTS,),
    "record_found": (Matter.REQUESTS,),
    "record_left_out": (Matter.REQUESTS,),
    "disclosure_events": (Matter.REQUESTS,),
    "disclosure_people": (Matter.REQUESTS,),
    "access_knocks": (Matter.OWN_TRACES, Matter.LOG),
    # Staff outside the hall.
    "home_visits": (Matter.VISITS,),
    # The hall and its machine.
    "alarms": (Matter.ALARMS,),
    "recording_doubts": (Matter.DOUBTS,),
    "unrecorded_calls": (Matter.COUNTS,),
    "destructions": (Matter.DESTROYED,),
    "destroyer_runs": (Matter.DESTROYED,),
    "webhooks": (Matter.WEBHOOKS,),
    "webhook_deliveries": (Matter.WEBHOOKS,),
    "disaster_switches": (Matter.DISASTER_STATE,),
    # Ours alone.
    "access_chain": Kept.SHUT,
    "asterisk_call_records": Kept.SHUT,
    "call_journal": Kept.SHUT,
    "live_streams": Kept.SHUT,
    "utterance_tokens": Kept.SHUT,
}
"""Tables of the job engine are shut too, and stand under its own name."""
