"""統計: what of the figures may be shown, in which words, and as which picture. Pure."""
