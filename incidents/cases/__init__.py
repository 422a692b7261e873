"""A case from its opening to its end: its events, what they come to, and who may do what next."""
