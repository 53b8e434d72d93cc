"""Faults of a webcam's picture: light, blur, noise, an object before the lens or the face.

Every picture is (480, 640, 3) uint8 RGB.
"""

from typing import cast

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings.core.types import Face, RGBImage
from tests.camera_film import HEIGHT, WIDTH

CLOSE_ENOUGH = 1.0
"""Tolerance of the search for an exposure, in grey levels."""


NOISE_MARGIN = 64
"""Pixels by which a noise image is larger than a picture, so that each frame can use another part of it."""


def make_noise(random: np.random.Generator) -> NDArray[np.float32]:
    """Returns a sensor's noise with a standard deviation of one, larger than a picture."""
    return random.standard_normal((HEIGHT + NOISE_MARGIN, WIDTH + NOISE_MARGIN, 3), np.float32)


def noisy(picture: RGBImage, deviation: float, noise: NDArray[np.float32], random: np.random.Generator) -> RGBImage:
    """Adds a part of the noise, with this deviation in grey levels."""
    top, left = random.integers(NOISE_MARGIN, size=2)
    part = noise[top : top + HEIGHT, left : left + WIDTH]
    return _to_bytes(cv2.scaleAdd(part, deviation, picture.astype(np.float32)))


def lit(picture: RGBImage, gain: float) -> RGBImage:
    """Multiplies the light by ``gain``; values above the maximum become white."""
    return cast(RGBImage, cv2.convertScaleAbs(picture, alpha=gain))


def exposed(picture: RGBImage, face: Face, level: float) -> RGBImage:
    """Changes the light so that the middle of the face, from brows to mouth, has this mean grey level."""
    (x, y), width = _eyes(face)
    middle = np.s_[int(y - 0.4 * width) : int(y + 1.2 * width), int(x - 0.8 * width) : int(x + 0.8 * width)]
    low, high = 0.001, 60.0
    for _ in range(40):
        gain = (low * high) ** 0.5
        seen = float(lit(picture[middle], gain).mean())
        if abs(seen - level) < CLOSE_ENOUGH:
            break
        low, high = (gain, high) if seen < level else (low, gain)
    return lit(picture, gain)


def tinted(picture: RGBImage, red: float, blue: float) -> RGBImage:
    """Makes the light warmer or colder, by factors for two channels."""
    return _to_bytes(picture * np.array([red, 1.0, blue], np.float32))


def out_of_focus(picture: RGBImage, radius: float) -> RGBImage:
    """Blurs as a lens does: every point becomes a disc with this radius, in pixels."""
    size = 2 * int(np.ceil(radius)) + 1
    disc = np.zeros((size, size), np.float32)
    cv2.circle(disc, (size // 2, size // 2), int(radius), 1.0, -1)
    return cast(RGBImage, cv2.filter2D(picture, -1, disc / disc.sum()))


def scarf(picture: RGBImage, face: Face, colour: tuple[int, int, int], random: np.random.Generator) -> RGBImage:
    """Draws a scarf with folds around the face, from below the eyes down."""
    (x, y), width = _eyes(face)
    cloth = np.full(picture.shape, colour, np.float32)
    rows, columns = np.meshgrid(np.arange(HEIGHT) - y, np.arange(WIDTH) - x, indexing="ij")
    folds = np.sin((rows + 0.3 * columns**2 / width) / (0.08 * width) + random.uniform(0, 6))
    cloth *= (1 + 0.2 * folds - 0.25 * (columns / (1.5 * width)) ** 2)[..., None]
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(mask, (int(x), int(y + 1.5 * width)), (int(1.3 * width), int(1.5 * width)), 0, 0, 360, 255, -1)
    mask[: int(y + random.uniform(0.2, 0.35) * width)] = 0
    return _over(picture, cloth, mask)


def dark_glasses(picture: RGBImage, face: Face, level: int, size: float) -> RGBImage:
    """Draws sunglasses with this grey level and lens size (in distances between the eyes), with bridge and temples."""
    left, right = face.points[:2]
    _, width = _eyes(face)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for eye in (left, right):
        middle = (int(eye[0]), int(eye[1] + 0.05 * width))
        cv2.ellipse(mask, middle, (int(size / 2 * width), int(0.38 * size * width)), 0, 0, 360, 255, -1)
    outward = (right - left) * 0.75
    (x, y), (end_x, end_y) = (left - outward).astype(int).tolist(), (right + outward).astype(int).tolist()
    cv2.line(mask, (x, y), (end_x, end_y), 255, max(2, int(0.08 * width)))
    return _over(picture, np.full(picture.shape, level, np.float32), mask)


def covered_lens(colour: tuple[float, float, float], random: np.random.Generator, leak: float = 0.0) -> RGBImage:
    """Returns the picture of a covered lens (by a finger, a hand or tape): one shaded colour, with light at an edge.

    Args:
        colour: red, green and blue of the brightest point, 0 to 255.
        leak: how much light enters at one edge, in grey levels.
    """
    y, x = np.meshgrid(np.linspace(-1, 1, HEIGHT), np.linspace(-1, 1, WIDTH), indexing="ij")
    angle = random.uniform(0, 2 * np.pi)
    across = x * np.cos(angle) + y * np.sin(angle)
    shade = 1 - random.uniform(0.1, 0.4) * (across + 1) / 2 - random.uniform(0, 0.3) * (x**2 + y**2) / 2
    light = leak * np.clip((across + 1.2) / 2.4, 0, 1) ** 3
    return _to_bytes(shade[..., None] * np.array(colour) + light[..., None])


def _eyes(face: Face) -> tuple[tuple[float, float], float]:
    left, right = face.points[:2]
    x, y = (left + right) / 2
    return (float(x), float(y)), float(np.hypot(*(right - left)))


def _over(picture: RGBImage, cover: NDArray[np.float32], mask: NDArray[np.uint8]) -> RGBImage:
    share = (cv2.GaussianBlur(mask, (0, 0), 1.5) / 255.0)[..., None]
    return _to_bytes(share * cover + (1 - share) * picture)


def _to_bytes(values: ArrayLike) -> RGBImage:
    return np.asarray(np.clip(values, 0, 255), np.uint8)
