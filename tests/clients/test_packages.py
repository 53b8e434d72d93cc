"""What is published of the packages: all of their code, with types and licence, and nothing else."""

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from web.build.npm import NPM, run_node

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "clients"


def test_the_python_package_has_its_code_its_types_and_its_licence(tmp_path: Path) -> None:
    copy = tmp_path / "copy"  # setuptools writes into it
    shutil.copytree(CLIENTS / "python", copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(copy)], check=True, timeout=120)
    (wheel,) = tmp_path.glob("visage_client-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith("/METADATA"))
        said = archive.read(metadata).decode()
    code = {name for name in names if ".dist-info/" not in name}
    assert code == {f"visage_client/{path.name}" for path in (CLIENTS / "python" / "visage_client").glob("*.*")}
    assert "visage_client/py.typed" in code
    assert any(name.endswith("/LICENSE") for name in names)
    assert [line for line in said.splitlines() if line.startswith("Requires-Dist")] == [
        "Requires-Dist: pyjwt[crypto]>=2.10"
    ]


def test_the_javascript_package_has_its_code_its_types_and_its_licence(tmp_path: Path) -> None:
    shutil.copytree(CLIENTS / "js", tmp_path / "copy")
    (packed,) = json.loads(run_node(NPM, "pack", "--dry-run", "--json", "--loglevel=error", folder=tmp_path / "copy"))
    code = {f"src/{path.name}" for path in (CLIENTS / "js" / "src").iterdir()}
    assert {file["path"] for file in packed["files"]} == {*code, "package.json", "README.md", "LICENSE"}
    assert not {"dependencies", "peerDependencies", "scripts"} & set(
        json.loads((CLIENTS / "js" / "package.json").read_text())
    )


def test_both_packages_have_one_version_and_the_project_s_licence() -> None:
    python = tomllib.loads((CLIENTS / "python" / "pyproject.toml").read_text())["project"]
    javascript = json.loads((CLIENTS / "js" / "package.json").read_text())
    assert (python["name"], python["version"]) == (javascript["name"], javascript["version"])
    for package in ("python", "js"):
        assert (CLIENTS / package / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
