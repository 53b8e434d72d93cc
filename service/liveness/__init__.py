"""Challenges: random movements, the frames of a reply, and whether one live person made them."""
