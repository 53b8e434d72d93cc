"""Challenges: whether a person moves before the camera as they are asked, now and for the first time."""
