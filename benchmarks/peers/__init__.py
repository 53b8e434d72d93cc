"""The same login by other software."""
