"""From a ringing phone to the facts of a call and its recording."""
