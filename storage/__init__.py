"""Where things are kept: database, jobs, vault, keys, access log. It knows sealed bytes, not calls."""
