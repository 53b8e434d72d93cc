"""Measures how many attack presentations pass a challenge, and how many bona fide presentations fail."""
