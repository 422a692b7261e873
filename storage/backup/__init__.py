"""Backups: what leaves this machine so that losing it loses nothing, and never a key."""
