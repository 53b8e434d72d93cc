"""The whole pipeline with the real networks."""

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.core.errors import ModelError
from embeddings.core.models import CARDS, FACENET_CASIA_WEBFACE, SFACE, card
from embeddings.core.types import Face, RGBImage, Vector
from embeddings.decode.decode import decode_base64
from embeddings.embed.engine import FaceEngine
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.scores.references import reference
from tests.photographs import president, president_files

CUTOFF = reference(CARDS[0].model_id).impostors.score_at(1e-5)

Embed = Callable[[str], Vector]


@pytest.fixture(scope="module")
def embed(engine: LiteRTEngine) -> Embed:
    def of_photograph(name: str) -> Vector:
        image = president(name)
        return engine.embed(image, engine.find_faces(image)[0])

    return of_photograph


def test_it_is_a_face_engine(engine: LiteRTEngine) -> None:
    promised: FaceEngine = engine
    assert promised.model_id == SFACE


@pytest.mark.parametrize("model_id", [SFACE, FACENET_CASIA_WEBFACE])
def test_a_vector_has_the_dimension_of_its_card_and_unit_length(
    engine: LiteRTEngine, astronaut: RGBImage, astronaut_face: Face, model_id: str
) -> None:
    vector = engine.embed_as(astronaut, astronaut_face, [model_id])[model_id]
    assert vector.shape == (card(model_id).dimension,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("again", ["obama2.jpg", "obama3.jpg"])
def test_one_person_on_two_occasions_is_above_the_cutoff(embed: Embed, again: str) -> None:
    assert embed("obama.jpg") @ embed(again) > CUTOFF


@pytest.mark.parametrize("name", ["obama.jpg", "obama2.jpg", "obama3.jpg"])
def test_two_people_are_far_below_the_cutoff(embed: Embed, name: str) -> None:
    assert embed("biden.jpg") @ embed(name) < CUTOFF - 0.2


def test_a_photograph_as_a_browser_sends_it_gives_the_same_vector(engine: LiteRTEngine, embed: Embed) -> None:
    text = "data:image/jpeg;base64," + base64.b64encode(president_files()["obama.jpg"].read_bytes()).decode()
    pixels = decode_base64(text, 10_000_000).pixels
    assert engine.embed(pixels, engine.find_faces(pixels)[0]) @ embed("obama.jpg") > 0.999


def test_many_threads_get_the_vectors_that_one_thread_gets(
    engine: LiteRTEngine, astronaut: RGBImage, astronaut_face: Face
) -> None:
    engine.warm_up()
    images = [astronaut, president("obama.jpg"), president("biden.jpg")]

    def work(number: int) -> Vector:
        image = images[number % 3]
        return engine.embed(image, engine.find_faces(image)[0])

    expected = [work(number) for number in range(3)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(work, range(30)))
    assert all(np.array_equal(answer, expected[number % 3]) for number, answer in enumerate(answers))


def test_one_call_gives_the_vectors_of_several_models(
    engine: LiteRTEngine, network_files: dict[str, Path], astronaut: RGBImage, astronaut_face: Face
) -> None:
    alone = LiteRTEngine({FACENET_CASIA_WEBFACE: network_files[FACENET_CASIA_WEBFACE]}, interpreters=1)
    both = engine.embed_as(astronaut, astronaut_face, [engine.model_id, FACENET_CASIA_WEBFACE])
    assert np.array_equal(both[engine.model_id], engine.embed(astronaut, astronaut_face))
    assert np.array_equal(both[FACENET_CASIA_WEBFACE], alone.embed(astronaut, astronaut_face))


def test_a_model_that_the_engine_was_not_made_for_is_refused(
    engine: LiteRTEngine, astronaut: RGBImage, astronaut_face: Face
) -> None:
    with pytest.raises(ModelError, match="facenet-vggface2"):
        engine.embed_as(astronaut, astronaut_face, ["facenet-vggface2"])


@pytest.mark.parametrize("networks", [{}, {"moonnet": Path("moonnet.tflite")}], ids=["none", "unknown"])
def test_an_unknown_network_is_refused(networks: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="known are sface"):
        LiteRTEngine(networks, interpreters=1)


@pytest.mark.parametrize("content", [None, b"", b"no model at all", b"\0" * 5000])
def test_a_missing_or_damaged_model_file_is_a_model_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "sface.tflite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"sface\.tflite"):
        LiteRTEngine({SFACE: path}, interpreters=1).warm_up()


def test_half_a_model_file_is_a_model_error(network_files: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "sface.tflite"
    whole = network_files[SFACE].read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"sface\.tflite"):
        LiteRTEngine({SFACE: path}, interpreters=1).warm_up()
