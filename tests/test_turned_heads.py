import numpy as np
import pytest

from embeddings.decode import decode_image
from embeddings.dlib_networks import Dlib
from embeddings.finder import FaceFinder
from embeddings.types import Face, RGBImage
from tests.camera_film import webcam_picture
from tests.photographs import astronaut
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

ENOUGH = 5.0
"""Degrees by which the mesh must see the head turn; it sees a little more than half of a turn."""


@pytest.fixture(scope="module")
def finder() -> FaceFinder:
    return FaceFinder.load(Dlib())


@pytest.fixture(scope="module")
def picture(finder: FaceFinder) -> RGBImage:
    photograph = astronaut()
    return webcam_picture(photograph, finder.find(photograph)[0].box)


@pytest.fixture(scope="module")
def face(finder: FaceFinder, picture: RGBImage) -> Face:
    return finder.find(picture)[0]


def turned(finder: FaceFinder, picture: RGBImage, face: Face, yaw: float = 0.0, pitch: float = 0.0) -> Face:
    assert face.mesh is not None
    (found,) = finder.find(turn_head(picture, face.mesh, yaw, pitch))
    return found


@pytest.mark.parametrize("yaw", [-20.0, 20.0])
def test_a_head_turns_to_the_side_asked_for(finder: FaceFinder, picture: RGBImage, face: Face, yaw: float) -> None:
    seen = turned(finder, picture, face, yaw=yaw).pose.yaw - face.pose.yaw
    assert seen * np.sign(yaw) > ENOUGH


@pytest.mark.parametrize("pitch", [-15.0, 15.0])
def test_a_head_nods_the_way_asked_for(finder: FaceFinder, picture: RGBImage, face: Face, pitch: float) -> None:
    seen = turned(finder, picture, face, pitch=pitch).pose.pitch - face.pose.pitch
    assert seen * np.sign(pitch) > ENOUGH


def test_no_turn_is_the_same_picture(picture: RGBImage, face: Face) -> None:
    assert face.mesh is not None
    difference = turn_head(picture, face.mesh).astype(int) - picture
    assert np.abs(difference).mean() < 0.5


def test_the_surroundings_stay_where_they_are(picture: RGBImage, face: Face) -> None:
    assert face.mesh is not None
    drawn = turn_head(picture, face.mesh, yaw=20.0)
    assert np.abs(drawn[:, :60].astype(int) - picture[:, :60]).mean() < 0.5


def test_captures_of_one_person_differ_and_keep_the_size(picture: RGBImage) -> None:
    jpegs = {capture_again(picture, how) for how in CAPTURINGS}
    assert len(jpegs) == len(CAPTURINGS)
    assert {decode_image(jpeg, max_pixels=picture.size).pixels.shape for jpeg in jpegs} == {picture.shape}
