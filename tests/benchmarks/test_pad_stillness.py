import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from benchmarks.pad.stillness import STILL, movement
from embeddings.core.types import Box, Face, RGBImage
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from embeddings.liveness import Sight
from tests import photographs


@pytest.fixture(scope="module")
def astronaut() -> RGBImage:
    return photographs.astronaut()


@pytest.fixture(scope="module")
def astronaut_face(astronaut: RGBImage) -> Face:
    return FaceFinder.load(DlibDetector()).find(astronaut)[0]


def noisy(image: RGBImage, seed: int, levels: float = 6.0) -> RGBImage:
    """The picture with drawn noise, as JPEG."""
    drawn = np.clip(image + np.random.default_rng(seed).normal(0.0, levels, image.shape), 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def shifted(image: RGBImage, across: float, down: float) -> RGBImage:
    matrix = np.array([[1.0, 0.0, across], [0.0, 1.0, down]])
    moved = cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def test_the_same_frame_does_not_move(astronaut: RGBImage, astronaut_face: Face) -> None:
    assert movement([Sight(astronaut, astronaut_face)] * 3) == 0.0


def test_a_still_picture_with_drawn_noise_does_not_move(astronaut: RGBImage, astronaut_face: Face) -> None:
    assert movement([Sight(noisy(astronaut, seed), astronaut_face) for seed in range(3)]) < STILL


def test_a_still_picture_whose_light_changes_does_not_move(astronaut: RGBImage, astronaut_face: Face) -> None:
    lighter = np.clip(astronaut * 1.05 + 4, 0, 255).astype(np.uint8)
    assert movement([Sight(astronaut, astronaut_face), Sight(noisy(lighter, 1, 2.0), astronaut_face)]) < STILL


@pytest.mark.parametrize("step", [(0.4, 0.0), (0.0, -0.4), (2.0, 1.0)])
def test_a_face_that_moves_a_little_moves(astronaut: RGBImage, astronaut_face: Face, step: tuple[float, float]) -> None:
    frames = [noisy(shifted(astronaut, *np.multiply(step, number)), number, 2.0) for number in range(3)]
    assert movement([Sight(frame, astronaut_face) for frame in frames]) > STILL


@pytest.mark.parametrize("box", [Box(-300, -300, -100, -100), Box(10, 10, 20, 20), Box(505, 505, 700, 700)])
def test_a_face_outside_the_frames_has_no_measure_of_stillness(
    astronaut: RGBImage, astronaut_face: Face, box: Box
) -> None:
    assert movement([Sight(astronaut, replace(astronaut_face, box=box))] * 2) == math.inf


def test_one_frame_has_no_measure_of_stillness(astronaut: RGBImage, astronaut_face: Face) -> None:
    assert movement([Sight(astronaut, astronaut_face)]) == math.inf
