"""Judges by single frames whether a camera sees a face or a picture of a face; the user does not have to move.

A network (MiniFASNet) sees the face and its surroundings, which may show the edge of a screen, a hand or a glow. It
judges each frame separately. A single frame can be misjudged, so the mean over several frames of one login decides.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from embeddings.core.interpreter import Network
from embeddings.core.pool import Pool
from embeddings.core.types import Box, RGBImage
from embeddings.liveness.types import Sight

SIZE = 128
"""Pixels along each side of the network's input."""

SURROUNDINGS = 2.7
"""The size of the region that the network sees, in sizes of the face's box; the same as in the network's package."""

LIVE = 0
"""The network's class of live faces; the two others are attacks."""

MOST_FRAMES = 3
"""The maximal number of frames to judge: the login's picture and two guidance frames. Each takes 3 ms of a core."""

THRESHOLD = 0.95
"""The score from which on frames count as an attack.

Chosen on people alone, by single frames: it refuses 26 of 2,547 people of LFW and none of 20 of CASIA-FaceV5's webcam
pictures, but 3 of 28 in front of a black studio wall. The median score of the replays in videos is 1.00
(``benchmarks/results/pad-footage.md``). More pictures of people in dark rooms could change it.
"""


class PassiveCheck:
    """Judges frames. Safe to use from several threads. It creates interpreters at first use or in ``warm_up``."""

    def __init__(self, model_file: Path, interpreters: int) -> None:
        """Loads nothing yet.

        Args:
            model_file: as ``prepare_network(models.MINIFASNET, ...)`` returns it.
            interpreters: the number of frames that can be judged at the same time; further callers wait.
        """
        self._pool = Pool(lambda threads: Network(model_file, threads), [1] * interpreters)

    def score(self, sights: Sequence[Sight]) -> float:
        """Returns the probability that the frames show an attack, 0 to 1: the mean over the last ``MOST_FRAMES``.

        Raises:
            ValueError: there is no frame.
        """
        if not sights:
            raise ValueError("there is no frame to judge")
        return combined([self.score_frame(sight) for sight in sights[-MOST_FRAMES:]])

    def score_frame(self, sight: Sight) -> float:
        """Returns the probability that one frame shows an attack, 0 to 1."""
        crop = surroundings(sight.image, sight.face.box)
        tensor = crop[np.newaxis, :, :, ::-1].astype(np.float32)  # blue first, 0 to 255
        with self._pool.borrow() as network:
            logits = network(tensor)[0][0].astype(np.float64)
        shares = np.exp(logits - logits.max())
        return float(1.0 - shares[LIVE] / shares.sum())

    def warm_up(self) -> None:
        """Creates all interpreters."""
        with self._pool.borrow_all():
            pass


def combined(scores: Sequence[float]) -> float:
    """Returns the score of several frames: their mean, so that one misjudged frame does not decide."""
    return float(np.mean(scores))


def surroundings(image: RGBImage, box: Box) -> RGBImage:
    """Returns the face and its surroundings, (SIZE, SIZE, 3) uint8, stretched to a square as in the package.

    If the region extends beyond the frame, it is moved into the frame, and shrunk if the frame is too small for it.
    """
    rows, columns = image.shape[:2]
    times = min((rows - 1) / box.height, (columns - 1) / box.width, SURROUNDINGS)
    left, right = _inside((box.left + box.right) / 2, box.width * times, columns)
    top, bottom = _inside((box.top + box.bottom) / 2, box.height * times, rows)
    return np.asarray(cv2.resize(image[top : bottom + 1, left : right + 1], (SIZE, SIZE)), np.uint8)


def _inside(middle: float, length: float, pixels: int) -> tuple[int, int]:
    """Returns the first and the last pixel of an interval, moved into the frame."""
    first = min(max(middle - length / 2, 0.0), max(pixels - 1 - length, 0.0))
    return int(first), min(int(first + length), pixels - 1)
