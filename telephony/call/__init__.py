"""One call, pure: what can happen to it, what is asked for next, and who took part in it."""
