"""What is left out of a recording and its words before either leaves the hall: which seconds, why, how."""
