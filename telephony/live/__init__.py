"""The sound of watched calls, on its way to the recogniser of live text. It is never written to a disk."""
