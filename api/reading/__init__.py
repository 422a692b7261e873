"""What the pages show, read under the rights of who looks."""
