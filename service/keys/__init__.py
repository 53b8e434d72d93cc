"""Secrets in files, and the keys that sign access tokens."""
