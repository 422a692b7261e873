"""Puts the parts together: wiring, command line, worker, embedded servers."""
