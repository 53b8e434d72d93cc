"""Timings: ``make bench``."""
