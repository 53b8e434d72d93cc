"""Whether the frames of a challenge show a person who did as they were asked, or a picture of one.

A challenge asks for three movements in a random order. ``judge`` looks at what came back: whether the movements were
made in order and in time, by one face without a cut, and whether the face has the depth that a flat picture lacks.
"""

from embeddings.liveness.types import SIDEWAYS, Flaw, Presentation, Prompt, Shot, Sight
from embeddings.liveness.verdict import judge

__all__ = ["SIDEWAYS", "Flaw", "Presentation", "Prompt", "Shot", "Sight", "judge"]
