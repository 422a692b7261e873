"""The city profile: everything that differs from one city hall to the next. Code knows no city."""
