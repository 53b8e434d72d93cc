"""Turns of a head in a video, cut as the frames of one prompt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.liveness import Prompt, Shot

PER_SECOND = (10.0,)
"""Frames of a challenge a second, as the widget takes them."""
SLOWER_OR_FASTER = (7.5, 10.0, 15.0, 20.0)
"""Other machines take fewer or more. Each turn is then cut in further ways."""

AHEAD, TURNED = 7.0, 14.0
"""Degrees from how the head is held most of the time, as the mesh sees them: a turn begins below the first and passes
the second, which is more than 20 of the head itself. People see that as a turn."""
LONGEST = 2.0
"""Seconds from the one to the other."""
BEFORE, AFTER = 0.7, 0.5
"""Seconds that are cut before a turn begins and after it has passed ``TURNED``."""
LEVEL = 12.0
"""Degrees to the side, at most, of a head that is said to look up: in a head that is turned, a mesh sees nods."""

DIRECTIONS = ((Prompt.TURN_LEFT, 1.0), (Prompt.TURN_RIGHT, -1.0), (Prompt.LOOK_UP, 1.0))


@dataclass(frozen=True)
class Turn:
    """One movement: what a prompt for it would be, and its shots."""

    prompt: Prompt
    shots: Sequence[Shot]


def turns_in(shots: Sequence[Shot], per_second: Sequence[float] = PER_SECOND) -> Iterator[Turn]:
    """The turns in a video's shots, all frames of it with a mesh; each once for every frame it can be cut from.

    Args:
        shots: of a video.
        per_second: the rates at which frames are taken; each as nearly as the video allows it, and once.
    """
    at = np.array([shot.at for shot in shots])
    rate = 1.0 / float(np.median(np.diff(at)))
    steps = sorted({max(1, round(rate / wanted)) for wanted in per_second})
    yaw, pitch = (_from_usual(shots, name) for name in ("yaw", "pitch"))
    for prompt, sign in DIRECTIONS:
        angle = sign * (pitch if prompt is Prompt.LOOK_UP else yaw)
        for begin, passed in _spans(angle, at):
            last = int(np.searchsorted(at, at[passed] + AFTER, side="right"))
            if prompt is Prompt.LOOK_UP and np.abs(yaw[begin:last]).max() > LEVEL:
                continue
            first = int(np.searchsorted(at, at[begin] - BEFORE))
            for every in steps:
                for phase in range(every):
                    yield Turn(prompt, [replace(shot, prompt=0) for shot in shots[first + phase : last : every]])


def _from_usual(shots: Sequence[Shot], name: str) -> NDArray[np.float64]:
    angles = np.array([getattr(shot.face.pose, name) for shot in shots], np.float64)
    return np.asarray(angles - np.median(angles), np.float64)


def _spans(angle: NDArray[np.float64], at: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Where the angle was last below ``AHEAD``, and where it then passes ``TURNED``."""
    begin, waiting = -1, False
    for number, value in enumerate(angle):
        if value <= AHEAD:
            begin, waiting = number, True
        elif value >= TURNED and waiting:
            waiting = False
            if at[number] - at[begin] <= LONGEST:
                yield begin, number
