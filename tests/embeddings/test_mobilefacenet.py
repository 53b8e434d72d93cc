"""MobileFaceNet, rebuilt for one face at a time, against the published file."""

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from embeddings.align import arcface_crop
from embeddings.convert import agreement
from embeddings.finder import FaceFinder
from embeddings.models import MOBILEFACENET
from embeddings.weights import locate_weights
from tests.embeddings.conftest import MODELS
from tests.photographs import astronaut, president

AGREEMENT = 0.9999


def crops(finder: FaceFinder) -> NDArray[np.float32]:
    images = [astronaut(), *(president(name) for name in ("obama.jpg", "obama2.jpg", "biden.jpg"))]
    aligned = [arcface_crop(image, finder.find(image)[0].points) for image in images]
    return ((np.stack(aligned) - 127.5) / 128.0).astype(np.float32)


def published(pairs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors of (n, 2, 112, 112, 3) pairs by the file as it is published, (2 n, 192)."""
    interpreter = Interpreter(model_path=str(locate_weights(MOBILEFACENET, MODELS)), num_threads=1)
    interpreter.allocate_tensors()
    answers = []
    for pair in pairs:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], pair)
        interpreter.invoke()
        answers.append(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))
    return np.concatenate(answers)


def test_the_rebuilt_network_is_the_published_one(network_files: dict[str, Path], finder: FaceFinder) -> None:
    faces = crops(finder)
    expected = published(faces.reshape(-1, 2, *faces.shape[1:]))
    assert agreement(network_files[MOBILEFACENET].read_bytes(), faces, expected).min() > AGREEMENT
