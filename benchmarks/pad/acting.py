"""What somebody before the camera does while a sequence of prompts is on show, from frame to frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.pad.scene import Floats
from embeddings.liveness import Prompt

FRAMES_PER_SECOND = 10
FRAMES_PER_PROMPT = 16


@dataclass(frozen=True)
class Ranges:
    """Within what somebody's build, place and movements lie, each (lowest, highest).

    Attributes:
        turn: degrees of a head turned to the side.
        nod: degrees of a head that looks up.
        closer: distance over the distance after moving closer.
        reaction: seconds from a prompt to the beginning of the movement.
        moving: seconds that a movement takes.
        shut: seconds for which eyes are shut in a blink.
        distance: centimetres to the camera.
        focal: pixels of a frame.
        depth: how much deeper a face is than its mesh.
    """

    turn: tuple[float, float] = (22.0, 38.0)
    nod: tuple[float, float] = (14.0, 26.0)
    closer: tuple[float, float] = (1.35, 1.6)
    reaction: tuple[float, float] = (0.25, 0.65)
    moving: tuple[float, float] = (0.3, 0.6)
    shut: tuple[float, float] = (0.15, 0.5)
    distance: tuple[float, float] = (40.0, 52.0)
    focal: tuple[float, float] = (340.0, 430.0)
    depth: tuple[float, float] = (0.85, 1.15)


@dataclass(frozen=True)
class Act:
    """How a head is held, frame by frame. Each (frames,) float64 but ``place``, (frames, 3), and ``prompt``.

    Attributes:
        at: seconds since the challenge was shown.
        prompt: which prompt is on show, from 0 on.
        yaw: degrees, as ``Pose``.
        pitch: degrees, as ``Pose``.
        roll: degrees, as ``Pose``.
        closed: how far the eyes are closed, 0 to 1.
        place: centimetres from the camera to the middle of the face.
    """

    at: Floats
    prompt: Sequence[int]
    yaw: Floats
    pitch: Floats
    roll: Floats
    closed: Floats
    place: Floats

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Chance:
    """Where everything random comes from, and between which limits."""

    random: np.random.Generator
    ranges: Ranges

    def within(self, limits: tuple[float, float]) -> float:
        """Anything between the two."""
        return float(self.random.uniform(*limits))

    def sway(self, frames: int, size: float) -> Floats:
        """What nobody can hold still: (frames,), wandering slowly by about ``size``."""
        steps = self.random.standard_normal(frames + SWAY_FRAMES)
        smooth = np.convolve(steps, np.hanning(SWAY_FRAMES + 2)[1:-1], "valid")[:frames]
        return np.asarray(size * smooth / np.sqrt(np.sum(np.hanning(SWAY_FRAMES + 2) ** 2)), np.float64)


SWAY_FRAMES = 9
"""Over so many frames a sway is smooth."""

BLINK_MOVING = 0.1
"""Seconds in which lids close or open."""


def perform(prompts: Sequence[Prompt], chance: Chance) -> Act:
    """Somebody who does what they are asked, one prompt after the other, each held until the next is shown."""
    count = FRAMES_PER_PROMPT * len(prompts)
    jitter = chance.random.uniform(-0.01, 0.01, count)
    at = np.maximum(np.arange(count) / FRAMES_PER_SECOND + jitter, 0.0)
    shown = np.arange(count) // FRAMES_PER_PROMPT
    moves: Mapping[str, Floats] = {name: np.zeros(count) for name in ("yaw", "pitch", "closed", "closer")}
    for index, prompt in enumerate(prompts):
        begin = index * FRAMES_PER_PROMPT / FRAMES_PER_SECOND + chance.within(chance.ranges.reaction)
        end = (index + 1) * FRAMES_PER_PROMPT / FRAMES_PER_SECOND + chance.within(chance.ranges.reaction)
        moving = chance.within(chance.ranges.moving)
        if prompt is Prompt.BLINK:
            moving, end = BLINK_MOVING, begin + BLINK_MOVING + chance.within(chance.ranges.shut)
        name, reach = _aim(prompt, chance)
        moves[name][:] += reach * (_ease((at - begin) / moving) - _ease((at - end) / moving))
    distance = chance.within(chance.ranges.distance)
    aside = chance.random.uniform([-3.0, -2.0], [3.0, 2.0])
    away = distance / (1.0 + moves["closer"]) + chance.sway(count, 0.4)
    place = np.stack([aside[0] + chance.sway(count, 0.4), aside[1] + chance.sway(count, 0.3), away], axis=1)
    return Act(
        at,
        shown.tolist(),
        moves["yaw"] + chance.sway(count, 0.8),
        moves["pitch"] + chance.sway(count, 0.8),
        chance.within((-4.0, 4.0)) + chance.sway(count, 0.8),
        np.clip(moves["closed"], 0.0, 1.0),
        place,
    )


def _aim(prompt: Prompt, chance: Chance) -> tuple[str, float]:
    """What a prompt moves, and how far."""
    ranges = chance.ranges
    return {
        Prompt.TURN_LEFT: ("yaw", chance.within(ranges.turn)),
        Prompt.TURN_RIGHT: ("yaw", -chance.within(ranges.turn)),
        Prompt.LOOK_UP: ("pitch", chance.within(ranges.nod)),
        Prompt.MOVE_CLOSER: ("closer", chance.within(ranges.closer) - 1.0),
        Prompt.BLINK: ("closed", 1.0),
    }[prompt]


def _ease(share: Floats) -> Floats:
    """From 0 to 1 with a soft start and end, while ``share`` goes from 0 to 1."""
    x = np.clip(share, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x), np.float64)
