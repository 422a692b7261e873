"""Asterisk's configuration, rendered from the city profile: one file per noun, nothing written by hand."""
