"""The telephony process: it leads calls, shares them with its twin, and takes over what another one lost."""
