"""What leaves the hall on a request: sound and words without what is left out, listed, signed, encrypted."""
