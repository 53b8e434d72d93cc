"""What passes between a challenge and its judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings.core.types import Face, RGBImage


class Prompt(StrEnum):
    """What a person before the camera is asked to do; left and right are their own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    MOVE_CLOSER = "move_closer"
    BLINK = "blink"


SIDEWAYS = frozenset({Prompt.TURN_LEFT, Prompt.TURN_RIGHT})
"""Of these a sequence holds at least one: they show depth best."""


class Flaw(StrEnum):
    """Why a presentation is not taken for a person before the camera."""

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
        prompt: which prompt was on show, from 0 on.
    """

    image: RGBImage
    face: Face
    at: float
    prompt: int


@dataclass(frozen=True)
class Presentation:
    """What a judge says of the frames of one challenge.

    Attributes:
        flaws: why they show no person who did as asked; empty when they do.
        key_shots: indices of the shots whose faces are to be compared: the most frontal first, then the extreme of each
            prompt in turn.
        measures: what was measured, by name; for evaluations and audits, never for a caller.
    """

    flaws: Sequence[Flaw]
    key_shots: Sequence[int]
    measures: Mapping[str, float]
