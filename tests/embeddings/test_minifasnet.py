"""MiniFASNet, rebuilt in Keras and converted, against the published graph."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.core.interpreter import Network
from embeddings.core.models import MINIFASNET
from embeddings.weights.prepare import prepare_network
from embeddings.weights.weights import locate_weights
from tests.embeddings.conftest import MODELS

HALF = """
import sys
from pathlib import Path
from embeddings.core.errors import ModelError
from embeddings.weights.minifasnet import build

weights, half = Path(sys.argv[1]), Path(sys.argv[2])
half.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
try:
    build(half)
except ModelError as error:
    print(error)
"""
"""Run apart: TensorFlow is never imported into the tests' own process."""

PUBLISHED = [[3.76291, -0.67056, -3.09230], [4.26783, -1.22240, -3.04538]]
"""The logits of the published file for two pictures of noise, by onnxruntime 1.32.0. ONNX's own reference of 1.23.2
differs by 0.2: its arithmetic is another, as onnxruntime and LiteRT agree to 1e-5."""


@pytest.fixture(scope="module")
def network_file() -> Path:
    return prepare_network(MINIFASNET, MODELS)


def test_the_served_network_is_the_published_graph(network_file: Path) -> None:
    noise = np.random.default_rng(5).uniform(0, 255, (2, 128, 128, 3)).astype(np.float32)
    network = Network(network_file)
    served = np.concatenate([network(picture[np.newaxis])[0] for picture in noise])
    assert served == pytest.approx(np.array(PUBLISHED), abs=1e-3)


@pytest.mark.slow
def test_a_damaged_file_is_an_error(network_file: Path, tmp_path: Path) -> None:
    weights = locate_weights(MINIFASNET, network_file.parent)
    command = [sys.executable, "-c", HALF, str(weights), str(tmp_path / "half.onnx")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "half.onnx does not hold the weights of MiniFASNet" in said


def test_its_weights_stay_fp32(network_file: Path) -> None:
    assert network_file.name == "minifasnet-afa783b7e902-fp32-v2.tflite"
