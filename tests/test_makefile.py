"""The Makefile chooses a Python, and uses nothing that macOS lacks."""

import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from requirements import usable

ROOT = Path(__file__).parent.parent

WANTED = (
    "Visage needs Python 3.11, 3.12 or 3.13 with its module venv, on Linux (x86-64 or arm64) or macOS (Apple silicon): "
    "install one, or name one by 'make run PYTHON=/path/to/python3'.\n"
)

GNU_ONLY = (
    "sed -i", "readlink -f", "nproc", "base64 -w", "grep -P", "xargs -r", "date -d", "stat -c", "sort -V", "cp -t",
    "mktemp --", "find -printf", "-printf", "realpath", "setsid", "timeout ", ".ONESHELL", "$(file", "&:", "!=\t",
)  # fmt: skip
"""Options and programs that macOS lacks, and what GNU Make learnt after 3.81."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of what choosing a Python reads, with a folder ``bin`` for its programs."""
    find = shutil.which("find")  # the Makefile lists the widget's files whatever it makes
    assert find is not None
    for folder in ("bin", "requirements"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bin" / "find").symlink_to(find)
    for name in ("Makefile", "requirements/usable.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def python(checkout: Path, name: str, status: int) -> None:
    """Puts a Python on the PATH that says whether it is usable, and writes its name when it makes an environment."""
    program = checkout / "bin" / name
    program.write_text(f'#!/bin/sh\n[ "$1" = -m ] && {{ echo {name} > "{checkout}/made"; exit 0; }}\nexit {status}\n')
    program.chmod(0o755)


def make(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs make with a PATH that has no other programs."""
    program = shutil.which("make")
    assert program is not None
    return subprocess.run(
        [program, ".venv/bin/python", *arguments],
        cwd=checkout,
        env={"PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_usable_python_one_sentence_says_what_is_needed(checkout: Path) -> None:
    python(checkout, "python3", status=1)
    done = make(checkout)
    assert done.returncode == 2
    assert WANTED in done.stderr
    assert "not found" not in done.stderr
    assert not (checkout / "made").exists()


def test_the_newest_usable_python_makes_the_environment(checkout: Path) -> None:
    python(checkout, "python3.13", status=1)
    python(checkout, "python3.12", status=0)
    python(checkout, "python3.11", status=0)
    assert make(checkout).returncode == 0
    assert (checkout / "made").read_text() == "python3.12\n"


def test_the_python_that_is_named_makes_the_environment(checkout: Path) -> None:
    python(checkout, "python3.13", status=0)
    python(checkout, "mine", status=0)
    assert make(checkout, f"PYTHON={checkout}/bin/mine").returncode == 0
    assert (checkout / "made").read_text() == "mine\n"


def test_a_python_that_is_named_and_not_usable_is_refused(checkout: Path) -> None:
    python(checkout, "python3.13", status=0)
    done = make(checkout, "PYTHON=/no/such/python")
    assert WANTED in done.stderr


def test_this_python_is_usable() -> None:
    assert usable.is_usable()


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 13), (3, 14, 0)])
def test_another_version_is_not_usable(version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    assert not usable.is_usable()


@pytest.mark.parametrize(("system", "machine"), [("darwin", "x86_64"), ("linux", "riscv64"), ("win32", "AMD64")])
def test_a_machine_without_wheels_is_not_usable(system: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert not usable.is_usable()


def test_a_build_without_the_global_lock_is_not_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_config_var", {"Py_GIL_DISABLED": 1}.get)
    assert not usable.is_usable()


def test_a_python_that_cannot_fill_an_environment_is_not_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usable, "find_spec", lambda _: None)
    assert not usable.is_usable()


@pytest.mark.parametrize("name", ["Makefile", "README.md", "CONTRIBUTING.md"])
def test_nothing_is_used_that_macos_lacks(name: str) -> None:
    text = (ROOT / name).read_text()
    assert [one for one in GNU_ONLY if re.search(rf"(?<![\w-]){re.escape(one)}", text)] == []
