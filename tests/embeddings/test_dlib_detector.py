"""dlib's detector through face_recognition."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings.core.types import RGBImage
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from tests.photographs import president


@pytest.fixture(scope="module")
def dlib(finder: FaceFinder) -> DlibDetector:
    return finder.dlib


def test_its_points_are_near_those_of_the_mesh(dlib: DlibDetector, finder: FaceFinder) -> None:
    image = president("obama.jpg")
    ((box, points),) = dlib.find(image)
    assert points == pytest.approx(finder.find(image)[0].points, abs=0.06 * box.width)


def test_threads_can_use_it_at_the_same_time(dlib: DlibDetector, astronaut: RGBImage) -> None:
    ((box, points),) = dlib.find(astronaut)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: dlib.find(astronaut), range(8)))
    assert all(found == box and np.array_equal(marks, points) for ((found, marks),) in answers)
