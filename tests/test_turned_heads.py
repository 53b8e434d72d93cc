import numpy as np
import pytest

from embeddings.core.models import SFACE
from embeddings.core.types import Face, RGBImage
from embeddings.decode.decode import decode_image
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.scores.references import reference
from embeddings.weights.prepare import prepare_network
from tests.camera_film import webcam_picture
from tests.photographs import astronaut
from tests.running_service import MODELS
from tests.turned_heads import CAPTURINGS, capture_again, turn_head

ENOUGH = 5.0
"""Degrees that the mesh must see of the head's turn; it sees a little more than half of a turn."""


@pytest.fixture(scope="module")
def engine() -> LiteRTEngine:
    return LiteRTEngine({SFACE: prepare_network(SFACE, MODELS)}, interpreters=1)


@pytest.fixture(scope="module")
def picture(engine: LiteRTEngine) -> RGBImage:
    photograph = astronaut()
    return webcam_picture(photograph, engine.find_faces(photograph)[0].box)


@pytest.fixture(scope="module")
def face(engine: LiteRTEngine, picture: RGBImage) -> Face:
    return engine.find_faces(picture)[0]


def turned(engine: LiteRTEngine, picture: RGBImage, face: Face, yaw: float = 0.0, pitch: float = 0.0) -> Face:
    assert face.mesh is not None
    (found,) = engine.find_faces(turn_head(picture, face.mesh, yaw, pitch))
    return found


@pytest.mark.parametrize("yaw", [-20.0, 20.0])
def test_a_head_turns_to_the_side_asked_for(engine: LiteRTEngine, picture: RGBImage, face: Face, yaw: float) -> None:
    seen = turned(engine, picture, face, yaw=yaw).pose.yaw - face.pose.yaw
    assert seen * np.sign(yaw) > ENOUGH


@pytest.mark.parametrize("pitch", [-15.0, 15.0])
def test_a_head_nods_the_way_asked_for(engine: LiteRTEngine, picture: RGBImage, face: Face, pitch: float) -> None:
    seen = turned(engine, picture, face, pitch=pitch).pose.pitch - face.pose.pitch
    assert seen * np.sign(pitch) > ENOUGH


@pytest.mark.parametrize(("yaw", "pitch"), [(-20.0, 0.0), (20.0, 0.0), (0.0, -15.0), (0.0, 15.0)])
def test_a_turned_head_is_still_the_same_person(
    engine: LiteRTEngine, picture: RGBImage, face: Face, yaw: float, pitch: float
) -> None:
    assert face.mesh is not None
    drawn = turn_head(picture, face.mesh, yaw, pitch)
    similarity = engine.embed(picture, face) @ engine.embed(drawn, engine.find_faces(drawn)[0])
    assert similarity > reference(SFACE).impostors.score_at(1e-6)


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
