"""速報の文字起こし: words of calls that go on, as a guess. What the sealed recording gives replaces them."""
