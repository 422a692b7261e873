"""From call to case: signals, incidents, judgement, alerts, care. Knows no HTTP."""
