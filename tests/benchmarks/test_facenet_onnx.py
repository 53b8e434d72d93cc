"""FaceNet as the ONNX file that deepface loads."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from benchmarks.common.other_python import ROOT
from benchmarks.peers.facenet_onnx import DIMENSION, SIDE


@pytest.mark.slow
def test_it_represents_a_face_as_the_network_in_keras_does(tmp_path: Path) -> None:
    path, expected, given = (tmp_path / name for name in ("facenet.onnx", "expected.npy", "given.npy"))
    code = f"""
import sys
from pathlib import Path
import cv2, numpy as np
from benchmarks.peers.facenet_onnx import write
from embeddings.weights.facenet import build
from embeddings.weights.weights import CASIA_PACKAGED, packaged
from tests.photographs import astronaut
write(Path({str(path)!r}))
face = cv2.resize(astronaut()[60:220, 140:300], ({SIDE}, {SIDE}))
network = build(packaged(CASIA_PACKAGED))
vectors = network((face[None].astype(np.float32) - 127.5) / 128, training=False)
np.save({str(expected)!r}, np.asarray(vectors)[0])
np.save({str(given)!r}, (face[None, :, :, ::-1] / 255).astype(np.float32))
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    (found,) = ReferenceEvaluator(onnx.load(path)).run(None, {"pixels": np.load(given)})
    assert found.shape == (1, DIMENSION)
    cosine = found[0] @ np.load(expected) / np.linalg.norm(found[0])
    assert cosine == pytest.approx(1.0, abs=1e-5)
