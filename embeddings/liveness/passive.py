"""Whether frames show a face or a picture of one, judged by their look alone: nobody has to move.

A network (MiniFASNet) sees the face and its surroundings, where the edge of a screen, a hand or a glow shows. It judges
each frame by itself. A single frame can be misjudged, so the mean over several frames of one login decides.
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
"""Width and height of what the network sees, in those of the face's box; what its package cuts out."""

LIVE = 0
"""The network's class of live faces; the two others are attacks."""

MOST_FRAMES = 3
"""So many frames are judged at most: the login's picture and two guidance frames. Each costs about 3 ms of a core."""

THRESHOLD = 0.95
"""Frames of this score or more are taken for an attack.

Chosen on people alone, by single frames: it refuses 26 of 2,547 people of LFW and none of 20 of CASIA-FaceV5's webcam
pictures, but 3 of 28 before a black studio wall. The median score of the replays in videos is 1.00
(``benchmarks/results/pad-footage.md``). More pictures of people in dark rooms could change it.
"""


class PassiveCheck:
    """Judges frames. Safe to use from several threads; interpreters are made at first use or by ``warm_up``."""

    def __init__(self, model_file: Path, interpreters: int) -> None:
        """Loads nothing yet.

        Args:
            model_file: as ``prepare_network(models.MINIFASNET, ...)`` returns it.
            interpreters: how many frames can be judged at the same time; further callers wait.
        """
        self._pool = Pool(lambda threads: Network(model_file, threads), [1] * interpreters)

    def score(self, sights: Sequence[Sight]) -> float:
        """The probability that the frames show an attack, 0 to 1: the mean over the last ``MOST_FRAMES``.

        Raises:
            ValueError: there is no frame.
        """
        if not sights:
            raise ValueError("there is no frame to judge")
        return combined([self.score_frame(sight) for sight in sights[-MOST_FRAMES:]])

    def score_frame(self, sight: Sight) -> float:
        """The probability that one frame shows an attack, 0 to 1."""
        crop = surroundings(sight.image, sight.face.box)
        tensor = crop[np.newaxis, :, :, ::-1].astype(np.float32)  # blue first, 0 to 255
        with self._pool.borrow() as network:
            logits = network(tensor)[0][0].astype(np.float64)
        shares = np.exp(logits - logits.max())
        return float(1.0 - shares[LIVE] / shares.sum())

    def warm_up(self) -> None:
        """Makes every interpreter."""
        with self._pool.borrow_all():
            pass


def combined(scores: Sequence[float]) -> float:
    """The score of several frames together: their mean, so that one misjudged frame does not decide."""
    return float(np.mean(scores))


def surroundings(image: RGBImage, box: Box) -> RGBImage:
    """The face and what is around it, (SIZE, SIZE, 3) uint8: smaller where the frame is, and moved into the frame.

    It is stretched to a square, as the network's package does it.
    """
    rows, columns = image.shape[:2]
    times = min((rows - 1) / box.height, (columns - 1) / box.width, SURROUNDINGS)
    left, right = _inside((box.left + box.right) / 2, box.width * times, columns)
    top, bottom = _inside((box.top + box.bottom) / 2, box.height * times, rows)
    return np.asarray(cv2.resize(image[top : bottom + 1, left : right + 1], (SIZE, SIZE)), np.uint8)


def _inside(middle: float, length: float, pixels: int) -> tuple[int, int]:
    """The first and the last pixel of a stretch that is moved to lie inside the frame."""
    first = min(max(middle - length / 2, 0.0), max(pixels - 1 - length, 0.0))
    return int(first), min(int(first + length), pixels - 1)
