"""From Asterisk's folder into the vault: what is sealed, how long it is kept, what becomes of it."""
