"""What happened to calls, on this machine's disk first and in the database after."""
