"""The real pipeline on real photographs, loaded once for a run."""

from pathlib import Path

import pytest

from embeddings.dlib_detector import DlibDetector
from embeddings.finder import FaceFinder
from embeddings.litert_engine import LiteRTEngine
from embeddings.models import CARDS, DLIB_RESNET, FACENET_CASIA_WEBFACE, card, combination
from embeddings.prepare import prepare_models
from embeddings.types import Face, RGBImage
from tests import photographs

MODELS = Path(__file__).parents[2] / ".cache" / "models"


@pytest.fixture(scope="session")
def network_files() -> dict[str, Path]:
    """The networks of the default model, among which is FaceNet's."""
    return prepare_models(CARDS[0], MODELS)


@pytest.fixture(scope="session")
def facenet_file(network_files: dict[str, Path]) -> Path:
    return network_files[FACENET_CASIA_WEBFACE]


@pytest.fixture(scope="session")
def engine(network_files: dict[str, Path]) -> LiteRTEngine:
    return LiteRTEngine(
        network_files, CARDS[0], interpreters=2, others=[card(FACENET_CASIA_WEBFACE), combination({DLIB_RESNET: 1.0})]
    )


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    return FaceFinder.load(DlibDetector())


@pytest.fixture(scope="session")
def astronaut() -> RGBImage:
    return photographs.astronaut()


@pytest.fixture(scope="session")
def astronaut_face(finder: FaceFinder, astronaut: RGBImage) -> Face:
    return finder.find(astronaut)[0]
