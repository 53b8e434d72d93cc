"""Decides whether the frames of a challenge show a live person who made the movements, or a presentation attack.

A challenge asks for three movements in a random order. ``judge`` checks the frames: the movements are made in order and
on time, by one face without a cut, and the face has the depth that a flat picture lacks.
"""

from embeddings.liveness.types import SIDEWAYS, Flaw, Presentation, Prompt, Shot, Sight
from embeddings.liveness.verdict import judge

__all__ = ["SIDEWAYS", "Flaw", "Presentation", "Prompt", "Shot", "Sight", "judge"]
