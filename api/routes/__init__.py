"""The console's routes: one thin router per noun."""
