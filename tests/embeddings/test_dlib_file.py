"""dlib's own file format."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from embeddings.dlib_file import read_layers
from embeddings.models import DLIB_RESNET
from embeddings.weights import locate_weights


@pytest.fixture(scope="module")
def weights_file() -> Path:
    return locate_weights(DLIB_RESNET, Path())


def test_the_layers_are_those_of_dlibs_example(weights_file: Path) -> None:
    layers = read_layers(weights_file.read_bytes())
    assert layers[0].values == pytest.approx([122.782, 117.001, 104.298, 150, 150])
    counts = Counter(layer.kind for layer in layers[1:])
    assert counts == {
        "con_4": 29,
        "affine_": 29,
        "relu_": 29,
        "max_pool_2": 1,
        "add_prev_": 14,
        "avg_pool_2": 5,
        "fc_2": 1,
    }


def test_a_layers_parameters_are_all_its_numbers(weights_file: Path) -> None:
    layers = read_layers(weights_file.read_bytes())
    assert layers[1].parameters.shape == (32 * 3 * 7 * 7 + 32,)
    assert layers[-1].parameters.shape == (256 * 128,)
    assert all(np.isfinite(layer.parameters).all() for layer in layers if layer.kind in {"con_4", "affine_", "fc_2"})


@pytest.mark.parametrize("kept", [0, 1, 300, 400, 20_000, 22_466_065])
def test_a_truncated_file_is_an_error(weights_file: Path, kept: int) -> None:
    with pytest.raises(ValueError, match="too early"):
        read_layers(weights_file.read_bytes()[:kept])


def test_another_network_of_dlibs_is_an_error(weights_file: Path) -> None:
    detector = weights_file.with_name("mmod_human_face_detector.dat")
    with pytest.raises(ValueError, match="where one of loss_metric_2 should be"):
        read_layers(detector.read_bytes())


def test_no_dlib_file_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="should be"):
        read_layers(b"\1\1\1\5hello")
