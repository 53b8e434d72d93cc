"""``visage doctor``: reports in words whether an installation is healthy and how secure it is."""
