"""What people see: pages, sign-in, live updates."""
