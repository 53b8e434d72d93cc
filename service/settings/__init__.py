"""The settings: environment variables -> one frozen, typed object. Start at ``settings.py``."""
