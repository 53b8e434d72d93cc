"""Accounts without faces: passwords, sessions, access tokens, invitations, password links."""
