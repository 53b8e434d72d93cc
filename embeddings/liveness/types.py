"""The types of a challenge, its frames and its result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Face, RGBImage

Floats = NDArray[np.float64]


class Prompt(StrEnum):
    """A movement that the user is asked to make; left and right are the user's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    MOVE_CLOSER = "move_closer"
    BLINK = "blink"


SIDEWAYS = frozenset({Prompt.TURN_LEFT, Prompt.TURN_RIGHT})
"""Each sequence contains at least one of these, because they show depth best."""


class Flaw(StrEnum):
    """A reason why a presentation is not accepted as a live person."""

    TOO_FEW_FRAMES = "too_few_frames"
    FACE_LOST = "face_lost"
    IMPLAUSIBLE_MOTION = "implausible_motion"
    FROZEN = "frozen"
    PROMPT_NOT_PERFORMED = "prompt_not_performed"
    FLAT = "flat"


@dataclass(frozen=True)
class Sight:
    """A frame, (height, width, 3) uint8 RGB, and the face in it."""

    image: RGBImage
    face: Face


@dataclass(frozen=True)
class Shot:
    """One frame of a presentation.

    Attributes:
        image: the frame, (height, width, 3) uint8 RGB.
        face: the largest face in it.
        at: seconds since the challenge was shown, by the client's clock.
        prompt: index of the prompt that was shown, from 0 on.
    """

    image: RGBImage
    face: Face
    at: float
    prompt: int


@dataclass(frozen=True)
class Presentation:
    """The judgement of the frames of one challenge.

    Attributes:
        flaws: the reasons to reject; empty if the person is live and made the movements.
        key_shots: indices of the shots whose faces are to be compared: the most frontal one first, then the extreme of
            each prompt in turn.
        measures: measured values by name; for evaluations and audits, never for a caller.
    """

    flaws: Sequence[Flaw]
    key_shots: Sequence[int]
    measures: Mapping[str, float]
