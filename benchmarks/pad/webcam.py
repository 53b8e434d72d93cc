"""Simulates a webcam: a soft lens, sensor noise, automatic exposure, a hand's shake, and JPEG."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from benchmarks.pad.acting import Chance
from benchmarks.pad.scene import HEIGHT, WIDTH, Floats
from embeddings.core.types import RGBImage
from tests.turned_heads import encode_jpeg

NOISE_MARGIN = 32


@dataclass
class Webcam:
    """One camera, during one presentation of this many frames."""

    chance: Chance
    frames: int

    def __post_init__(self) -> None:
        within = self.chance.within
        self._blur = within((0.4, 0.9))
        self._noise = within((1.0, 4.0))
        self._gain = within((0.85, 1.1)) * (1.0 + self.chance.sway(self.frames, 0.01))
        self._tint = np.array([within((0.95, 1.05)), 1.0, within((0.95, 1.05))], np.float32)
        self._quality = int(within((65.0, 88.0)))
        shake = within((0.0, 1.0))
        self._shake = np.stack([self.chance.sway(self.frames, shake), self.chance.sway(self.frames, shake)], axis=1)

    @cached_property
    def _grain(self) -> Floats:
        """Returns sensor noise larger than a frame, of unit deviation and correlated between neighbouring pixels."""
        shape = (HEIGHT + NOISE_MARGIN, WIDTH + NOISE_MARGIN, 3)
        grain = cv2.GaussianBlur(self.chance.random.standard_normal(shape, np.float32), (0, 0), 0.6)
        return np.asarray(grain / grain.std(), np.float32)

    def take(self, scene: RGBImage, number: int) -> bytes:
        """Takes frame ``number`` of a scene, (HEIGHT, WIDTH, 3) uint8 RGB before the lens, as JPEG."""
        matrix = np.array([[1.0, 0.0, self._shake[number, 0]], [0.0, 1.0, self._shake[number, 1]]])
        shaken = cv2.warpAffine(scene, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        lit = cv2.GaussianBlur(shaken, (0, 0), self._blur) * (self._gain[number] * self._tint).astype(np.float32)
        top, left = self.chance.random.integers(NOISE_MARGIN, size=2)
        grain = self._grain[top : top + HEIGHT, left : left + WIDTH]
        seen = cv2.scaleAdd(np.ascontiguousarray(grain), self._noise, lit)
        return encode_jpeg(np.asarray(cv2.convertScaleAbs(np.maximum(seen, 0.0)), np.uint8), self._quality)
