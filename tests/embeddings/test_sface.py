"""SFace, rebuilt in Keras and converted, compared with the published graph."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.core.models import SFACE
from embeddings.detect.align import arcface_crop
from embeddings.detect.finder import FaceFinder
from embeddings.weights.convert import agreement
from embeddings.weights.weights import locate_weights
from tests.photographs import astronaut, president

FP32 = """
import sys
from pathlib import Path
import numpy as np
from onnx.reference import ReferenceEvaluator
from embeddings.core.errors import ModelError
from embeddings.weights.sface import build

weights, folder = Path(sys.argv[1]), Path(sys.argv[2])
crops = np.load(folder / "crops.npy")
np.save(folder / "keras.npy", build(weights)((crops - 127.5) / 128.0, training=False).numpy())

published = ReferenceEvaluator(str(weights))
of_one = lambda crop: published.run(None, {"data": crop.transpose(2, 0, 1)[np.newaxis]})[0]
np.save(folder / "onnx.npy", np.concatenate([of_one(crop) for crop in crops]))

half = folder / "half.onnx"
half.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
try:
    build(half)
except ModelError as error:
    print(error)
"""
"""Runs in another process: the tests' own process never imports TensorFlow."""

REAL_FACES_COSINE = 0.998
"""The least cosine of int8 and fp32 in this test; LFW's faces have 0.9995 on average."""

Vectors = NDArray[np.float32]


@pytest.fixture(scope="module")
def crops(finder: FaceFinder) -> Vectors:
    """Aligned faces, (n, 112, 112, 3) float32 of 0 to 255."""
    images = [astronaut()] + [president(name) for name in ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg")]
    return np.stack([arcface_crop(image, finder.find(image)[0].points) for image in images]).astype(np.float32)


@pytest.fixture(scope="module")
def fp32(crops: Vectors, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Vectors], str]:
    """The faces' vectors by Keras and by ONNX's reference, and the error for an incomplete file."""
    folder = tmp_path_factory.mktemp("fp32")
    np.save(folder / "crops.npy", crops)
    weights = str(locate_weights(SFACE, folder))
    done = subprocess.run(
        [sys.executable, "-c", FP32, weights, str(folder)], check=True, capture_output=True, text=True
    )
    return {name: np.load(folder / f"{name}.npy") for name in ("keras", "onnx")}, done.stdout


def test_the_keras_network_is_the_published_graph(fp32: tuple[dict[str, Vectors], str]) -> None:
    vectors, _ = fp32
    assert vectors["keras"].shape == (5, 128)
    assert vectors["keras"] == pytest.approx(vectors["onnx"], abs=1e-4)


def test_a_damaged_file_is_an_error(fp32: tuple[dict[str, Vectors], str]) -> None:
    assert "half.onnx does not hold the weights of SFace" in fp32[1]


def test_int8_agrees_with_fp32_on_real_faces(
    network_files: dict[str, Path], crops: Vectors, fp32: tuple[dict[str, Vectors], str]
) -> None:
    normalised = (crops - 127.5) / 128.0
    assert agreement(network_files[SFACE].read_bytes(), normalised, fp32[0]["keras"]).min() > REAL_FACES_COSINE
