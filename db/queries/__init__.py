"""Queries by table: users, tokens, limits, audit, disputes and so on."""
