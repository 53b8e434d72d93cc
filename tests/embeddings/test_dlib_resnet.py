"""dlib's ResNet, rebuilt in Keras and converted, against dlib itself."""

import subprocess
import sys
from pathlib import Path

import dlib
import face_recognition
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.align import dlib_crop
from embeddings.convert import MIN_COSINE, agreement
from embeddings.finder import FaceFinder
from embeddings.litert_engine import LiteRTEngine
from embeddings.models import DLIB_RESNET
from embeddings.types import RGBImage, Vector
from embeddings.vectors import normalise
from embeddings.weights import locate_weights
from tests.photographs import astronaut, president

AGREEMENT = 0.9999

OWN_ALIGNMENT = 0.98
"""Cosine of a face by our five points to the same by dlib's box and 68 landmarks: 0.988 at least on 100 LFW faces."""

SAME_PERSON = 0.93
"""Cosine. On ten people of LFW, in one trial: at 0.92 FMR 0.0012 and FNMR 0, at 0.93 FMR 0.0001 and FNMR 0.007."""

FP32 = """
import sys
from pathlib import Path
import numpy as np
from embeddings.dlib_resnet import build
from embeddings.errors import ModelError

weights, folder = Path(sys.argv[1]), Path(sys.argv[2])
np.save(folder / "fp32.npy", build(weights)(np.load(folder / "inputs.npy"), training=False).numpy())
try:
    build(folder / "half.dat")
except ModelError as error:
    print(error)
"""
"""Run apart: TensorFlow is never imported into the tests' own process."""


@pytest.fixture(scope="module")
def photographs() -> list[RGBImage]:
    return [astronaut(), *(president(name) for name in ("obama.jpg", "obama2.jpg", "biden.jpg"))]


@pytest.fixture(scope="module")
def crops(finder: FaceFinder, photographs: list[RGBImage]) -> list[RGBImage]:
    return [dlib_crop(image, finder.find(image)[0].points) for image in photographs]


@pytest.fixture(scope="module")
def inputs(crops: list[RGBImage]) -> NDArray[np.float32]:
    return ((np.stack(crops) - 127.5) / 128.0).astype(np.float32)


@pytest.fixture(scope="module")
def by_dlib(crops: list[RGBImage]) -> NDArray[np.float32]:
    """The vectors that dlib's own code computes of the same crops, (n, 128)."""
    network = dlib.face_recognition_model_v1(str(locate_weights(DLIB_RESNET, Path())))
    return np.array([network.compute_face_descriptor(crop) for crop in crops], np.float32)


@pytest.fixture(scope="module")
def rebuilt(inputs: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> tuple[NDArray[np.float32], str]:
    """The vectors by Keras, and what is said of half a weight file."""
    folder = tmp_path_factory.mktemp("fp32")
    weights_file = locate_weights(DLIB_RESNET, folder)
    np.save(folder / "inputs.npy", inputs)
    (folder / "half.dat").write_bytes(weights_file.read_bytes()[:10_000_000])
    command = [sys.executable, "-c", FP32, str(weights_file), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return np.load(folder / "fp32.npy"), done.stdout


def embed(engine: LiteRTEngine, image: RGBImage) -> Vector:
    """The largest face's vector by this network alone."""
    return engine.embed_as(image, engine.find_faces(image)[0], [DLIB_RESNET])[DLIB_RESNET]


def test_the_rebuilt_network_is_dlibs(rebuilt: tuple[NDArray[np.float32], str], by_dlib: NDArray[np.float32]) -> None:
    assert rebuilt[0] == pytest.approx(by_dlib, abs=1e-5)


def test_half_a_weight_file_is_a_model_error(rebuilt: tuple[NDArray[np.float32], str]) -> None:
    assert "half.dat does not hold the weights of dlib's ResNet" in rebuilt[1]


def test_int8_agrees_with_dlib(
    network_files: dict[str, Path], inputs: NDArray[np.float32], by_dlib: NDArray[np.float32]
) -> None:
    assert agreement(network_files[DLIB_RESNET].read_bytes(), inputs, by_dlib).min() >= MIN_COSINE


def test_five_points_align_a_face_as_dlib_does(engine: LiteRTEngine, photographs: list[RGBImage]) -> None:
    for image in photographs:
        own = embed(engine, image)
        by_dlib = face_recognition.face_encodings(image, model="large")  # of all that it takes for faces
        assert max(own @ normalise(encoding) for encoding in by_dlib) > OWN_ALIGNMENT


def test_it_tells_one_person_from_another(engine: LiteRTEngine, photographs: list[RGBImage]) -> None:
    _, one, again, other = (embed(engine, image) for image in photographs)
    assert one @ again > SAME_PERSON
    assert one @ other < SAME_PERSON
