"""``visage doctor``: whether an installation is healthy, and how far it can be trusted, in words for its operator."""
