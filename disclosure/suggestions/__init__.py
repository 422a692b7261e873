"""What may have to be left out of a release: offered to a person, decided by people."""
