"""npm packages are installed once, verified by their hashes, and without running their scripts."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from tests.web.npm_registry import PACKAGE, VERSION, Registry, package, registry
from web.build import npm
from web.build.npm import NodeError, packages

CONTENT = package({"package/index.js": b"export {}"})


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets an empty home folder, in which npm keeps its cache."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setattr(npm, "RETRIES", 0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def pin(folder: Path, content: bytes, version: str = VERSION) -> Path:
    """Makes a folder that requires the package, with the hash of this content."""
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
    asked = {"name": "pinned", "dependencies": {PACKAGE: version}}
    locked = {"": asked, f"node_modules/{PACKAGE}": {"version": version, "integrity": integrity}}
    folder.mkdir(exist_ok=True)
    (folder / "package.json").write_text(json.dumps(asked))
    (folder / "package-lock.json").write_text(
        json.dumps({"name": "pinned", "lockfileVersion": 3, "requires": True, "packages": locked})
    )
    return folder


def install(
    monkeypatch: pytest.MonkeyPatch, pinned: Path, cache: Path, offered: bytes = CONTENT, sent: int | None = None
) -> tuple[Path, Registry]:
    with registry(offered, sent) as served:
        monkeypatch.setenv("npm_config_registry", served.url)
        return packages(pinned, cache), served


def test_a_pinned_package_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    modules, _ = install(monkeypatch, pin(tmp_path / "pinned", CONTENT), cache)
    assert (modules / PACKAGE / "index.js").read_bytes() == b"export {}"


def test_it_is_fetched_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    pinned = pin(tmp_path / "pinned", CONTENT)
    first, _ = install(monkeypatch, pinned, cache)
    again, served = install(monkeypatch, pinned, cache)
    assert again == first
    assert served.asked == []


def test_a_changed_lock_file_is_installed_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    before, _ = install(monkeypatch, pin(tmp_path / "pinned", CONTENT), cache)
    newer = package({"package/index.js": b"export const newer = true"})
    after, _ = install(monkeypatch, pin(tmp_path / "pinned", newer), cache, newer)
    assert after != before
    assert (after / PACKAGE / "index.js").read_bytes() == b"export const newer = true"


def test_no_script_of_a_package_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    install(monkeypatch, pin(tmp_path / "pinned", CONTENT), cache)
    assert list(tmp_path.rglob("script-was-run")) == []


def test_another_package_than_the_pinned_one_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    pinned = pin(tmp_path / "pinned", package({"package/index.js": b"what was reviewed"}))
    with pytest.raises(NodeError, match="integrity"):
        install(monkeypatch, pinned, cache)
    assert list(cache.iterdir()) == []


def test_an_unreachable_registry_is_an_error_of_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    with pytest.raises(NodeError) as caught:
        packages(pin(tmp_path / "pinned", CONTENT), cache)
    assert "ECONNREFUSED" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_silent_registry_times_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    monkeypatch.setattr(npm, "STALL_SECONDS", 1)
    with pytest.raises(NodeError, match="npm could not install pinned"):
        install(monkeypatch, pin(tmp_path / "pinned", CONTENT), cache, sent=0)
    assert list(cache.iterdir()) == []


def test_npm_times_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    monkeypatch.setattr(npm, "TIMEOUT_SECONDS", 1)
    with pytest.raises(NodeError, match="longer than 1 s"):
        install(monkeypatch, pin(tmp_path / "pinned", CONTENT), cache, sent=0)


def test_nothing_is_written_beside_the_lock_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path) -> None:
    pinned = pin(tmp_path / "pinned", CONTENT)
    install(monkeypatch, pinned, cache)
    assert {path.name for path in pinned.iterdir()} == {"package.json", "package-lock.json"}


@pytest.mark.parametrize("folder", ["web", "tests/browser", "tests/web/compat"])
def test_our_lock_files_pin_every_package_by_hash_and_name_no_registry(folder: str) -> None:
    lock = (Path(__file__).parents[2] / folder / "package-lock.json").read_text()
    fetched = [locked for name, locked in json.loads(lock)["packages"].items() if name]
    assert "://" not in lock
    assert all(locked["integrity"].startswith("sha512-") for locked in fetched)
