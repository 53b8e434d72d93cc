"""Pixels -> faces with landmarks and pose; the aligned crop."""
