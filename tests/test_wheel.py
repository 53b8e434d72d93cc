"""The wheel has all that a service needs, and nothing else; a checkout is not needed."""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.running_demo import PASSWORD, RunningDemo
from tests.test_architecture import ROOT

SHIPPED = ("db", "embeddings", "migrations", "service", "web")
"""The packages in the wheel."""

pytestmark = pytest.mark.slow


def clean_environment(**extra: str) -> Mapping[str, str]:
    """Returns the environment without settings of Visage and without paths to its code."""
    left_out = ("VISAGE_", "DATABASE_URL", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)} | extra


def run(*command: str | Path, folder: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)), cwd=folder, env=clean_environment(**extra), capture_output=True, text=True, check=False
    )


def build(source: Path, into: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Builds a wheel with the packages of this environment."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(into),
    ]
    return run(*pip, str(source), folder=into.parent, **extra)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution, made from a copy of the checkout, as setuptools writes into it."""
    checkout = tmp_path_factory.mktemp("sdist") / "checkout"
    checkout.mkdir()
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "THIRD_PARTY.md", "requirements"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, checkout / name)
    for package in SHIPPED:
        shutil.copytree(ROOT / package, checkout / package, ignore=shutil.ignore_patterns("__pycache__"))
    made = run(
        sys.executable, "-c", "from setuptools.build_meta import build_sdist; build_sdist('out')", folder=checkout
    )
    assert made.returncode == 0, made.stderr
    (archive,) = (checkout / "out").iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(sdist: Path) -> Path:
    made = build(sdist, sdist.parent / "wheels")
    assert made.returncode == 0, made.stdout + made.stderr
    (archive,) = (sdist.parent / "wheels").iterdir()
    return archive


@pytest.fixture(scope="module")
def visage(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of an environment that has the wheel's code and this environment's other packages."""
    place = tmp_path_factory.mktemp("installed")
    place.chmod(0o711)  # the database server may run as another user
    venv.create(place, symlinks=True)
    paths = sysconfig.get_paths("venv", {"base": str(place), "platbase": str(place), "installed_base": str(place)})
    (Path(paths["purelib"]) / "others.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "--quiet", "--no-deps"]
    done = run(*pip, str(wheel), folder=place)
    assert done.returncode == 0, done.stderr
    return place / "bin" / "visage"


def test_a_wheel_has_every_file_of_the_service_and_no_others(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    here = {
        str(path.relative_to(ROOT))
        for package in SHIPPED
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".md" and "__pycache__" not in path.parts
    }
    built = "web/dist/"
    assert {name for name in names if not name.startswith(built)} == {
        name for name in here if not name.startswith(built)
    }
    assert {f"{built}visage.js", f"{built}page.js", f"{built}docs.js", f"{built}visage.d.ts"} <= names


def test_a_wheel_is_not_built_without_the_widget(sdist: Path, tmp_path: Path) -> None:
    made = build(sdist, tmp_path / "wheels", npm_config_registry="http://127.0.0.1:9/")
    assert made.returncode != 0
    assert "the widget could not be bundled, and a wheel needs it: npm could not install" in made.stdout + made.stderr


def test_an_installed_command_runs_the_wheel_s_code_on_the_user_s_data_folder(visage: Path, tmp_path: Path) -> None:
    done = run(visage, "user", "list", folder=tmp_path, HOME=str(tmp_path))
    assert done.stderr.startswith(f"Error: no Visage has run on {tmp_path}/.local/share/visage:")
    code = "import service, web; print(service.__file__, web.__file__)"
    assert run(visage.parent / "python", "-c", code, folder=tmp_path).stdout.count(str(visage.parent.parent)) == 2


def test_a_service_from_a_wheel_serves_the_widget_and_logs_users_in(visage: Path, short_folder: Path) -> None:
    demo = RunningDemo(short_folder, visage, PYTHONPATH="")
    try:
        demo.wait_for(PASSWORD)
        for path, content in {
            "/signup": "<visage-signup",
            "/docs": "docs.js",
            "/web/dist/visage.js": "customElements",
            "/web/translations/pages/de.js": "export",
        }.items():
            with urllib.request.urlopen(demo.url + path, timeout=10) as answer:
                assert answer.url == demo.url + path, "it is not redirected to a source file"
                assert re.search(content, answer.read().decode())
        assert demo.log_in("1.jpg") == "matched"
    finally:
        demo.end(signal.SIGTERM)


def test_a_service_from_a_wheel_converts_its_networks(visage: Path, tmp_path: Path) -> None:
    done = run(visage, "prepare", folder=tmp_path, HOME=str(tmp_path))
    (model,) = (tmp_path / ".local" / "share" / "visage" / "models").glob("*.tflite")
    assert done.stdout == f"{model}\n"
    assert not (tmp_path / ".keras").exists()
