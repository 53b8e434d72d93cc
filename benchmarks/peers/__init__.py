"""The same login with other software."""
