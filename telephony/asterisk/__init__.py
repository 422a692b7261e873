"""Asterisk as we speak with it: ARI and AMI, its words into our events, our commands into its actions."""
