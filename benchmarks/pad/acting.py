"""Simulates how a person acts, frame by frame, while a sequence of prompts is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.pad.scene import Floats
from embeddings.liveness import Prompt

FRAMES_PER_SECOND = 10


@dataclass(frozen=True)
class Ranges:
    """The ranges of a person's build, place and movements, each (lowest, highest).

    Attributes:
        turn: degrees of a turn to the side.
        nod: degrees of looking up.
        closer: distance divided by the distance after moving closer.
        reaction: seconds from a prompt to the beginning of the movement.
        moving: seconds of a movement.
        shut: seconds for which the eyes are shut in a blink.
        distance: centimetres to the camera.
        focal: pixels of a frame.
        depth: the factor by which a face is deeper than its mesh.
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
    """The pose of a head in each frame. Each is (frames,) float64 except ``place``, (frames, 3), and ``prompt``.

    Attributes:
        at: seconds since the challenge was shown.
        prompt: index of the shown prompt, from 0 on.
        yaw: degrees, as ``Pose``.
        pitch: degrees, as ``Pose``.
        roll: degrees, as ``Pose``.
        closed: how far the eyes are closed, 0 to 1.
        place: centimetres from the camera to the middle of the face.
    """

    at: Floats
    prompt: NDArray[np.intp]
    yaw: Floats
    pitch: Floats
    roll: Floats
    closed: Floats
    place: Floats

    def __len__(self) -> int:
        return len(self.at)

    def at_frames(self, numbers: Sequence[int]) -> "Act":
        """Returns the poses of some of the frames."""
        of = list(numbers)
        turned = {"yaw": self.yaw[of], "pitch": self.pitch[of], "roll": self.roll[of]}
        return Act(self.at[of], self.prompt[of], **turned, closed=self.closed[of], place=self.place[of])


@dataclass(frozen=True)
class Chance:
    """The source of randomness, with its ranges."""

    random: np.random.Generator
    ranges: Ranges

    def within(self, limits: tuple[float, float]) -> float:
        """Returns a random value between the two."""
        return float(self.random.uniform(*limits))

    def sway(self, frames: int, size: float) -> Floats:
        """Returns (frames,) slow random drift of about ``size``, because nobody holds still."""
        steps = self.random.standard_normal(frames + SWAY_FRAMES)
        smooth = np.convolve(steps, np.hanning(SWAY_FRAMES + 2)[1:-1], "valid")[:frames]
        return np.asarray(size * smooth / np.sqrt(np.sum(np.hanning(SWAY_FRAMES + 2) ** 2)), np.float64)


SWAY_FRAMES = 9
"""The number of frames over which a sway is smooth."""

BLINK_MOVING = 0.1
"""Seconds in which lids close or open."""

FROM_AHEAD = frozenset({Prompt.LOOK_UP, Prompt.MOVE_CLOSER, Prompt.BLINK})
"""Before these prompts, unless they are the first, the widget asks the user to look ahead."""
SEEN_AFTER = (0.3, 0.6)
"""Seconds from the end of a movement until the service has seen it and the next prompt is shown; the widget's
``Attempt``."""
SHORTEST, BLINKING = 1.2, 2.5
"""Minimal seconds that the widget shows a movement, and fixed seconds that it shows a blink."""


@dataclass(frozen=True)
class _Move:
    """One movement: its axis, the seconds when it begins and when it is taken back, its duration and its size."""

    name: str
    begin: float
    end: float
    moving: float
    reach: float


def perform(prompts: Sequence[Prompt], chance: Chance) -> Act:
    """Simulates a person who makes each requested movement, and holds it until the next prompt."""
    moves, over = _schedule(prompts, chance)
    count = int(over[-1] * FRAMES_PER_SECOND)
    at = np.arange(count) / FRAMES_PER_SECOND + np.abs(chance.random.uniform(-0.01, 0.01, count))
    moved: Mapping[str, Floats] = {name: np.zeros(count) for name in ("yaw", "pitch", "closed", "closer")}
    for move in moves:
        moved[move.name][:] += move.reach * (
            _ease((at - move.begin) / move.moving) - _ease((at - move.end) / move.moving)
        )
    distance = chance.within(chance.ranges.distance)
    aside = chance.random.uniform([-3.0, -2.0], [3.0, 2.0])
    away = distance / (1.0 + moved["closer"]) + chance.sway(count, 0.4)
    place = np.stack([aside[0] + chance.sway(count, 0.4), aside[1] + chance.sway(count, 0.3), away], axis=1)
    act = Act(
        at,
        np.searchsorted(over, np.arange(count) / FRAMES_PER_SECOND, side="right"),
        moved["yaw"] + chance.sway(count, 0.8),
        moved["pitch"] + chance.sway(count, 0.8),
        chance.within((-4.0, 4.0)) + chance.sway(count, 0.8),
        np.clip(moved["closed"], 0.0, 1.0),
        place,
    )
    return act.at_frames(_kept(act))


def _schedule(prompts: Sequence[Prompt], chance: Chance) -> tuple[list[_Move], list[float]]:
    """Returns the movements, and for each prompt the second at which it ends."""
    moves, over, shown = [], [], 0.0
    for index, prompt in enumerate(prompts):
        begin = shown + chance.within(chance.ranges.reaction)
        moving = BLINK_MOVING if prompt is Prompt.BLINK else chance.within(chance.ranges.moving)
        seen = max(shown + SHORTEST, begin + moving + chance.within(SEEN_AFTER))
        end = seen + chance.within(chance.ranges.reaction)
        if prompt is Prompt.BLINK:
            seen, end = shown + BLINKING, begin + BLINK_MOVING + chance.within(chance.ranges.shut)
        elif index + 1 < len(prompts) and prompts[index + 1] in FROM_AHEAD:
            seen = end + moving + chance.within(SEEN_AFTER) - SEEN_AFTER[0]
        name, reach = _aim(prompt, chance)
        moves.append(_Move(name, begin, end, moving, reach))
        over.append(seen)
        shown = seen
    return moves, over


MOST_FRAMES = 48
FEWEST, LONGEST_GAP = 8, 0.4
"""At least this many frames of a prompt stay. Others may be dropped while the gap stays within this many seconds."""
PER_SECOND, DEAR = 10.0, 4.0
"""The weight of a second, in degrees by which frames differ, and the factor for frames of a blink."""


def _kept(act: Act) -> list[int]:
    """Returns the frames that the widget sends, chosen as in ``web/widget/challenge/reel.js``: those with movement."""
    looks = np.column_stack([act.yaw, act.pitch, 30.0 * act.closed, act.place])
    kept = list(range(len(act)))
    while len(kept) > MOST_FRAMES:
        losses = []
        for before, this, after in zip(kept, kept[1:], kept[2:], strict=False):
            gap = act.at[after] - act.at[before]
            loss = float(np.abs(looks[before] - looks[after]).sum() + PER_SECOND * gap)
            own = sum(act.prompt[other] == act.prompt[this] for other in kept)
            blinks = bool((act.closed[act.prompt == act.prompt[this]] > 0).any())
            losses.append(loss * (DEAR if blinks else 1.0) + 1e6 * (gap > LONGEST_GAP or own <= FEWEST))
        del kept[1 + int(np.argmin(losses))]
    return kept


def _aim(prompt: Prompt, chance: Chance) -> tuple[str, float]:
    """Returns what a prompt moves, and how far."""
    ranges = chance.ranges
    return {
        Prompt.TURN_LEFT: ("yaw", chance.within(ranges.turn)),
        Prompt.TURN_RIGHT: ("yaw", -chance.within(ranges.turn)),
        Prompt.LOOK_UP: ("pitch", chance.within(ranges.nod)),
        Prompt.MOVE_CLOSER: ("closer", chance.within(ranges.closer) - 1.0),
        Prompt.BLINK: ("closed", 1.0),
    }[prompt]


def _ease(share: Floats) -> Floats:
    """Maps ``share`` from 0..1 to 0..1 with a soft start and end."""
    x = np.clip(share, 0.0, 1.0)
    return np.asarray(x * x * (3.0 - 2.0 * x), np.float64)
