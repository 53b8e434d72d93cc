"""The real pipeline on real photographs, loaded once for a run."""

from pathlib import Path

import pytest

from embeddings.dlib_networks import Dlib
from embeddings.finder import FaceFinder
from embeddings.litert_engine import LiteRTEngine
from embeddings.models import FACENET_CASIA_WEBFACE
from embeddings.prepare import prepare_models
from embeddings.types import Face, RGBImage
from embeddings.weights import CASIA_WEBFACE
from tests import photographs

MODELS = Path(__file__).parents[2] / ".cache" / "models"


@pytest.fixture(scope="session")
def facenet_file() -> Path:
    return prepare_models(CASIA_WEBFACE, MODELS)


@pytest.fixture(scope="session")
def engine(facenet_file: Path) -> LiteRTEngine:
    return LiteRTEngine(facenet_file, FACENET_CASIA_WEBFACE, interpreters=2)


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    return FaceFinder.load(Dlib())


@pytest.fixture(scope="session")
def astronaut() -> RGBImage:
    return photographs.astronaut()


@pytest.fixture(scope="session")
def astronaut_face(finder: FaceFinder, astronaut: RGBImage) -> Face:
    return finder.find(astronaut)[0]
