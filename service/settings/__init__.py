"""The settings: environment variables -> one frozen, typed object. Start at ``model.py``."""
