"""A data folder belongs to one service at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from service.errors import HomeInUseError
from service.home import sole_use

HOLDER = """
import sys
from pathlib import Path
from service.home import sole_use
with sole_use(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_service_is_turned_away_until_the_first_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(HomeInUseError, match="VISAGE_HOME"), sole_use(tmp_path):
            pass
        holder.kill()
    with sole_use(tmp_path):
        assert (tmp_path / "service.lock").exists()


def test_the_folder_is_made_if_need_be(tmp_path: Path) -> None:
    with sole_use(tmp_path / "new" / "home"):
        assert (tmp_path / "new" / "home").is_dir()
