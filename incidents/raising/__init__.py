"""From what is stored of a call to the signals that its words and figures raise."""
