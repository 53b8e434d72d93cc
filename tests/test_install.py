"""The lock file is divided between two pips without losing a line."""

import subprocess
import sys
from pathlib import Path

from requirements.install import LARGE, halves

ROOT = Path(__file__).parent.parent


def test_each_package_and_its_hashes_are_in_one_half() -> None:
    for name in ("run", "dev"):
        lock = (ROOT / "requirements" / f"{name}.lock").read_text()
        large, others = halves(lock)
        assert sorted((large + others).splitlines()) == sorted(lock.splitlines())
        for half in (large, others):
            assert not half[:1].isspace()
            assert half.rstrip()[-1:] != "\\"  # the last hash ends the package
        packages = [line for line in large.splitlines() if not line[0].isspace()]
        assert all(line.startswith(LARGE) for line in packages)
    assert halves("")[0] == ""


def test_a_package_that_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    lock.write_text("tensorflow==0.0.1 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    command = [sys.executable, str(ROOT / "requirements" / "install.py"), str(lock)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PIP_NO_INDEX": "1", "PATH": ""})
    assert done.returncode != 0
    assert "tensorflow" in done.stderr
