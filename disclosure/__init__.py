"""Requests for disclosure: their clock, what is asked for, what is left out, what goes out of the hall."""
