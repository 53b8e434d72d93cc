"""Twice the load that the service can answer, for a long time: ``make soak``."""
