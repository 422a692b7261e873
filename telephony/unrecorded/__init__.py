"""録れていない電話: what Asterisk noted, what we know and what was recorded, compared."""
