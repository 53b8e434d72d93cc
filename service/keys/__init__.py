"""Secrets in files, and the keys that sign tokens."""
