"""Notices of a request: which step asks for one, what is written into it, and the city's own Word files."""
