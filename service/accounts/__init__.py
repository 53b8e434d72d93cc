"""Accounts: passwords, sessions, access tokens, invitations, password links.

Of a face, an account knows only whether it is enrolled (``accounts.FaceState``).
"""
