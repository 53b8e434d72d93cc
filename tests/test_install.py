"""Packages are installed by uv, or by pip where that is told to fetch them from somewhere else or where uv fails."""

import subprocess
import sys
from pathlib import Path

import pytest

from requirements import install
from requirements.install import ELSEWHERE, fetches_from_elsewhere, pinned

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements" / "dev.lock").read_text()


def test_uv_is_pinned_with_its_hashes() -> None:
    first, *hashes = pinned(LOCK, "uv").splitlines()
    assert first.startswith("uv==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)
    assert not hashes[-1].endswith("\\")  # the last hash ends the package
    assert pinned(LOCK, "no-such-package") == ""


@pytest.mark.parametrize(
    ("name", "value", "elsewhere"),
    [
        ("PIP_INDEX_URL", "https://packages.example/simple", True),
        ("PIP_NO_INDEX", "1", True),
        ("PIP_PROXY", "http://proxy.example:3128", True),
        ("PIP_EXTRA_INDEX_URL", "https://packages.example/simple", False),
    ],
)
def test_settings_of_pip_that_uv_does_not_read_are_found(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, elsewhere: bool
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    for setting in ELSEWHERE:
        monkeypatch.delenv(f"PIP_{setting.upper().replace('-', '_')}", raising=False)
    assert not fetches_from_elsewhere()
    monkeypatch.setenv(name, value)
    assert fetches_from_elsewhere() is elsewhere


def test_pip_installs_what_uv_could_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("")
    started: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        started.append(command)
        return subprocess.CompletedProcess(command, returncode=int("--target" in command), stdout="")

    monkeypatch.setattr(install.subprocess, "run", run)
    assert install.install(lock)
    assert "pip tries now" in capfd.readouterr().err
    assert [str(lock) in command for command in started] == [False, False, True, False]
    assert "--require-hashes" in started[2]


def test_a_package_that_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("tensorflow==0.0.1 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    command = [sys.executable, str(ROOT / "requirements" / "install.py"), str(lock)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PIP_NO_INDEX": "1", "PATH": ""})
    assert done.returncode != 0
    assert "tensorflow" in done.stderr
