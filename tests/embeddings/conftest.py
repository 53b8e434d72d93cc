"""The real pipeline on real photographs, loaded once per run."""

from pathlib import Path

import pytest

from embeddings.core.models import FACENET_CASIA_WEBFACE, SFACE
from embeddings.core.types import Face, RGBImage
from embeddings.detect.dlib_detector import DlibDetector
from embeddings.detect.finder import FaceFinder
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network
from tests import photographs

MODELS = Path(__file__).parents[2] / ".cache" / "models"


@pytest.fixture(scope="session")
def network_files() -> dict[str, Path]:
    """The networks whose weights come from packages, the default first."""
    return {network: prepare_network(network, MODELS) for network in (SFACE, FACENET_CASIA_WEBFACE)}


@pytest.fixture(scope="session")
def facenet_file(network_files: dict[str, Path]) -> Path:
    return network_files[FACENET_CASIA_WEBFACE]


@pytest.fixture(scope="session")
def engine(network_files: dict[str, Path]) -> LiteRTEngine:
    return LiteRTEngine(network_files, interpreters=2)


@pytest.fixture(scope="session")
def finder() -> FaceFinder:
    return FaceFinder.load(DlibDetector())


@pytest.fixture(scope="session")
def astronaut() -> RGBImage:
    return photographs.astronaut()


@pytest.fixture(scope="session")
def astronaut_face(finder: FaceFinder, astronaut: RGBImage) -> Face:
    return finder.find(astronaut)[0]
