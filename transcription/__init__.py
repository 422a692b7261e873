"""From sealed audio to utterances that can be read and searched."""
