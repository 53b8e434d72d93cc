"""The lock files install on every platform and Python version that README names."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from requirements import usable
from tests.lock_files import LOCKS, OLDEST_MACOS, PLATFORMS, PYTHONS, ROOT, Platform, installed_on, lock_file, locked

BUILT_HERE = ("keras-facenet",)
"""Packages without wheels. They are pure Python, so that pip builds them anywhere."""

LEFT_OUT = {"atheris", "chroma-hnswlib", "tensorflow-cpu", "tensorflow"}
"""Packages that not every platform and Python version has. The tests that need them are skipped there."""

UV = Path(sys.executable).with_name("uv")

everywhere = pytest.mark.parametrize("python", PYTHONS)
on_each = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.triple)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_one_version_and_a_hash(name: str) -> None:
    names = [one.name for one in locked(name)]
    assert len(names) == len(set(names)) > 80
    assert all(re.fullmatch(r"==[^,*]+", str(one.specifier)) for one in locked(name))
    assert len(re.findall(r"== ?\S+[^\n]*\\\n +--hash=sha256:", lock_file(name).read_text())) == len(names)


@pytest.mark.parametrize("name", LOCKS)
@on_each
@everywhere
def test_a_platform_gets_one_tensorflow_and_x86_64_the_small_one(name: str, platform: Platform, python: str) -> None:
    found = {one.partition("==")[0] for one in installed_on(name, platform, python)}
    small = (platform.system, platform.machine) == ("linux", "x86_64")
    assert found & {"tensorflow", "tensorflow-cpu"} == {"tensorflow-cpu" if small else "tensorflow"}


@pytest.mark.parametrize("name", LOCKS)
@on_each
@everywhere
def test_platforms_differ_only_in_the_packages_named(name: str, platform: Platform, python: str) -> None:
    differing = installed_on(name, platform, python) ^ installed_on(name, PLATFORMS[0], PYTHONS[0])
    assert {one.partition("==")[0] for one in differing} <= LEFT_OUT


@on_each
@everywhere
def test_the_lock_for_tests_contains_that_for_running(platform: Platform, python: str) -> None:
    assert installed_on("run", platform, python) < installed_on("dev", platform, python)


def test_the_python_versions_are_those_that_the_makefile_accepts() -> None:
    least, too_new = (".".join(map(str, version)) for version in usable.VERSIONS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={least},<{too_new}"
    assert [f"{version}.0" in SpecifierSet(project["requires-python"]) for version in (*PYTHONS, "3.10", "3.14")] == [
        True, True, True, False, False
    ]  # fmt: skip


def test_the_machines_are_those_that_the_makefile_accepts() -> None:
    assert set(usable.MACHINES) == {(platform.system, platform.machine) for platform in PLATFORMS}


@everywhere
def test_no_package_refuses_a_python_version(python: str) -> None:
    refusing = []  # uv ignores upper bounds, and pip does not
    for one in locked("dev"):
        try:
            installed = distribution(one.name)
        except PackageNotFoundError:
            continue  # another platform's
        if one.specifier.contains(installed.version, prereleases=True):
            accepted = SpecifierSet(installed.metadata.get("Requires-Python") or "")
            refusing += [] if accepted.contains(f"{python}.1") else [one.name]
    assert refusing == []


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCKS)
@on_each
@everywhere
def test_every_package_has_a_wheel(name: str, platform: Platform, python: str, tmp_path: Path) -> None:
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    options += [option for package in BUILT_HERE for option in ("--no-binary", package)]
    target = ["--target", tmp_path / "target", "--python-platform", platform.triple, "--python-version", python]
    done = subprocess.run(
        [UV, "pip", "install", "--dry-run", "--python", sys.executable, *options, *target, "-r", lock_file(name)],
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"Would install {len(installed_on(name, platform, python))} packages" in done.stderr
