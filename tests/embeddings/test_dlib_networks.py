"""dlib's detector and network through face_recognition."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings.dlib_networks import DLIB_RESNET_DIMENSION, Dlib, face_box
from embeddings.finder import FaceFinder
from embeddings.types import Face, RGBImage, Vector
from tests.photographs import president

SAME_PERSON = 0.93
"""Cosine. On ten people of LFW, in one trial: at 0.92 FMR 0.0012 and FNMR 0, at 0.93 FMR 0.0001 and FNMR 0.007."""


@pytest.fixture(scope="module")
def dlib(finder: FaceFinder) -> Dlib:
    return finder.dlib


def vector(dlib: Dlib, finder: FaceFinder, image: RGBImage) -> Vector:
    return dlib.embed(image, finder.find(image)[0].points)


def test_its_vector_is_128_numbers_of_unit_length(dlib: Dlib, astronaut: RGBImage, astronaut_face: Face) -> None:
    encoding = dlib.embed(astronaut, astronaut_face.points)
    assert encoding.shape == (DLIB_RESNET_DIMENSION,)
    assert encoding.dtype == np.float32
    assert np.linalg.norm(encoding) == pytest.approx(1.0)


def test_it_tells_one_person_from_another(dlib: Dlib, finder: FaceFinder) -> None:
    one, again, other = (vector(dlib, finder, president(name)) for name in ("obama.jpg", "obama2.jpg", "biden.jpg"))
    assert one @ again > SAME_PERSON
    assert one @ other < SAME_PERSON


def test_the_box_it_is_given_is_the_one_it_would_find(dlib: Dlib) -> None:
    image = president("obama.jpg")
    ((found, points),) = dlib.find(image)
    given = face_box(points)
    assert [given.left, given.top, given.right, given.bottom] == pytest.approx(
        [found.left, found.top, found.right, found.bottom], abs=0.15 * found.width
    )


def test_threads_may_ask_at_the_same_time(dlib: Dlib, astronaut: RGBImage, astronaut_face: Face) -> None:
    expected = dlib.embed(astronaut, astronaut_face.points)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: dlib.embed(astronaut, astronaut_face.points), range(8)))
    assert all(np.array_equal(answer, expected) for answer in answers)
