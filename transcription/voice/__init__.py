"""How it was said: levels, shares and stretches of both voices. Hints for people, never a verdict."""
