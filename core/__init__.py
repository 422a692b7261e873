"""What every room may know: ids, time, actors, errors, settings, the city profile."""
