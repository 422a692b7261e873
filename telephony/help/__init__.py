"""応援 that rings telephones when no screen accepts."""
