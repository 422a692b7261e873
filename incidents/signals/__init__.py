"""Signals (兆候): pure rules over what is known of a call. A signal asks people to look, no more."""
