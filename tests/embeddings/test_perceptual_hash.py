"""The perceptual hash of a frame survives small changes, and differs once something has moved."""

from collections.abc import Callable, Sequence
from typing import cast

import cv2
import numpy as np
import pytest

from embeddings.core.types import RGBImage
from embeddings.quality.perceptual_hash import perceptual_hash
from tests.photographs import astronaut
from tests.turned_heads import encode_jpeg

FRAMES = 40


@pytest.fixture(scope="module")
def film() -> Sequence[RGBImage]:
    """Frames of a person who moves by some pixels, with a camera's noise and JPEG compression."""
    random = np.random.default_rng(1)
    places = np.cumsum(random.normal(0, 2, (FRAMES, 2)), axis=0)
    return [encoded(taken(x, y, random), 85) for x, y in places]


def taken(x: float, y: float, random: np.random.Generator) -> RGBImage:
    moved = cv2.warpAffine(astronaut(), np.array([[0.94, 0, x], [0, 0.94, y - 60]]), (480, 360))
    return cast(RGBImage, np.clip(moved + random.normal(0, 2.5, moved.shape), 0, 255).astype(np.uint8))


def encoded(image: RGBImage, quality: int) -> RGBImage:
    data = np.frombuffer(encode_jpeg(image, quality), np.uint8)
    return cast(RGBImage, cv2.imdecode(data, cv2.IMREAD_COLOR_RGB))


@pytest.mark.parametrize("quality", [60, 75, 92])
def test_more_than_a_fifth_of_the_frames_keep_their_hash_when_encoded_again(
    film: Sequence[RGBImage], quality: int
) -> None:
    known = {perceptual_hash(frame) for frame in film}
    assert sum(perceptual_hash(encoded(frame, quality)) in known for frame in film) > FRAMES / 5


def mirrored(frame: RGBImage) -> RGBImage:
    return frame[:, ::-1].copy()


def lighter(frame: RGBImage) -> RGBImage:
    return np.minimum(frame, 249) + np.uint8(6)


@pytest.mark.parametrize("change", [mirrored, lighter, lambda frame: mirrored(lighter(frame))])
def test_more_than_a_fifth_of_the_frames_keep_their_hash_when_mirrored_or_lighter(
    film: Sequence[RGBImage], change: Callable[[RGBImage], RGBImage]
) -> None:
    known = {perceptual_hash(frame) for frame in film}
    assert sum(perceptual_hash(encoded(change(frame), 90)) in known for frame in film) > FRAMES / 5


def test_another_film_of_the_same_scene_has_other_hashes(film: Sequence[RGBImage]) -> None:
    random = np.random.default_rng(2)
    other = [encoded(taken(x, y, random), 85) for x, y in np.cumsum(random.normal(0, 2, (FRAMES, 2)), axis=0)]
    known = {perceptual_hash(frame) for frame in film}
    assert sum(perceptual_hash(frame) in known for frame in other) <= 1


def test_frames_of_any_size_have_a_hash_of_80_bytes() -> None:
    assert {len(perceptual_hash(np.zeros((height, 640, 3), np.uint8))) for height in (1, 7, 480)} == {80}
