"""Decides whether a face is usable, what to tell the user, and which captures to keep."""
