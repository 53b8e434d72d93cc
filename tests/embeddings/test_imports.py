"""Serving imports neither TensorFlow nor dlib, and an import does no work."""

import subprocess
import sys
from pathlib import Path

from tests.photographs import president_files

ALL = """
import pkgutil, sys, importlib, embeddings
for module in pkgutil.walk_packages(embeddings.__path__, "embeddings."):
    if module.name not in {f"embeddings.weights.{name}" for name in ("facenet", "minifasnet", "onnx_file", "sface")}:
        importlib.import_module(module.name)
assert {"embeddings.detect.finder", "embeddings.weights.convert"} <= sys.modules.keys()
"""
SIGN_UP = """
import sys
from pathlib import Path
from embeddings.decode.decode import decode_image
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.core.models import SFACE
from embeddings.weights.prepare import prepare_network
engine = LiteRTEngine({SFACE: prepare_network(SFACE, Path(sys.argv[1]))}, interpreters=1)
engine.warm_up()
image = decode_image(Path(sys.argv[2]).read_bytes(), 10_000_000).pixels
face = engine.find_faces(image)[0]
assert engine.embed(image, face).shape == (128,)
"""
REPORT = "\nprint(*sorted({'tensorflow', 'keras', 'dlib', 'face_recognition', 'ai_edge_litert'} & set(sys.modules)))"


def loaded(program: str, *arguments: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", program + REPORT, *map(str, arguments)], check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def test_importing_the_modules_loads_no_network_library() -> None:
    assert loaded(ALL) == []


def test_a_sign_up_loads_litert_alone(facenet_file: Path) -> None:
    assert loaded(SIGN_UP, facenet_file.parent, president_files()["obama.jpg"]) == ["ai_edge_litert"]
