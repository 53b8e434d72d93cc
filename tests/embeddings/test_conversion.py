"""Compares the served network with TensorFlow's fp32 network, on real faces."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.core.models import FACENET_CASIA_WEBFACE
from embeddings.core.types import RGBImage
from embeddings.detect.align import facenet_crop
from embeddings.detect.finder import FaceFinder
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.convert import MIN_COSINE, agreement, sample_inputs
from embeddings.weights.weights import locate_weights
from tests.photographs import astronaut, president

FP32 = """
import sys
from pathlib import Path
import h5py
import numpy as np
import tensorflow as tf
from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group
from embeddings.weights.facenet import build

graph, folder = Path(sys.argv[1]), Path(sys.argv[2])
crops = np.load(folder / "crops.npy")
network = build(graph)
np.save(folder / "keras.npy", network(crops, training=False).numpy())

definition = tf.compat.v1.GraphDef.FromString(graph.read_bytes())
run = tf.compat.v1.wrap_function(lambda: tf.compat.v1.import_graph_def(definition, name=""), [])
run = run.prune("input:0", "embeddings:0")
np.save(folder / "graph.npy", np.concatenate([run(tf.constant(crop[None])).numpy() for crop in crops]))

with h5py.File(folder / "weights.h5", "w") as file:
    save_weights_to_hdf5_group(file, network)
np.save(folder / "hdf5.npy", build(folder / "weights.h5")(crops, training=False).numpy())
"""
"""Runs in another process: the tests' own process never imports TensorFlow."""

Vectors = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def images() -> list[RGBImage]:
    """Five photographs of three people."""
    return [astronaut()] + [president(name) for name in ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg")]


@pytest.fixture(scope="module")
def crops(finder: FaceFinder, images: list[RGBImage]) -> NDArray[np.float32]:
    """FaceNet's input for the photographs."""
    aligned = [facenet_crop(image, finder.find(image)[0].points) for image in images]
    return ((np.stack(aligned) - 127.5) / 128.0).astype(np.float32)


@pytest.fixture(scope="module")
def fp32(crops: NDArray[np.float32], tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    """The faces' vectors by TensorFlow: the published graph, and Keras filled from it or from an HDF5 file."""
    folder = tmp_path_factory.mktemp("fp32")
    np.save(folder / "crops.npy", crops)
    graph = locate_weights(FACENET_CASIA_WEBFACE, folder)
    subprocess.run([sys.executable, "-c", FP32, str(graph), str(folder)], check=True, capture_output=True)
    return {name: np.load(folder / f"{name}.npy") for name in ("graph", "keras", "hdf5")}


def cosines(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((one * other).sum(axis=1))


@pytest.mark.slow
def test_the_keras_network_is_the_published_graph(fp32: Vectors) -> None:
    assert cosines(fp32["keras"], fp32["graph"]).min() > 0.999999


@pytest.mark.slow
def test_weights_in_keras_facenets_own_format_fill_the_same_network(fp32: Vectors) -> None:
    assert cosines(fp32["hdf5"], fp32["keras"]).min() > 0.999999


@pytest.mark.slow
def test_int8_agrees_with_fp32_on_real_faces(facenet_file: Path, crops: NDArray[np.float32], fp32: Vectors) -> None:
    assert agreement(facenet_file.read_bytes(), crops, fp32["keras"]).min() >= MIN_COSINE


def test_a_network_agrees_with_itself_and_not_with_one_that_answers_otherwise(
    facenet_file: Path, images: list[RGBImage], crops: NDArray[np.float32], finder: FaceFinder, engine: LiteRTEngine
) -> None:
    network = facenet_file.read_bytes()
    faces = [(image, finder.find(image)[0]) for image in images]
    answers = np.stack([engine.embed_as(*face, [FACENET_CASIA_WEBFACE])[FACENET_CASIA_WEBFACE] for face in faces])
    assert agreement(network, crops, answers).min() >= MIN_COSINE
    assert not agreement(network, crops, answers[::-1]).min() >= MIN_COSINE


def test_samples_are_the_same_every_time_and_in_range() -> None:
    samples = sample_inputs(160)
    assert np.array_equal(samples, sample_inputs(160))
    assert samples.shape == (8, 160, 160, 3)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() <= 1.0
