"""What makes the many processes and files of a run quick: kept bytecode, and temporary files in memory."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import psutil

BYTECODE = Path(__file__).resolve().parent.parent / ".cache" / "bytecode"

MEMORY = Path("/dev/shm")  # noqa: S108 (only for the tests)
"""Linux's file system in memory."""

ROOM = 6 << 30
"""Free bytes, in the file system and in memory, below which temporary files are on the disk. A run needs 0.5 GB."""


def keep_bytecode() -> None:
    """Keeps bytecode in a folder of its own if the environment forbids it beside the sources.

    Packages are installed without bytecode. Each of several hundred processes would compile all that it imports, which
    takes more than half of the start of a command.
    """
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(BYTECODE)
        os.environ.update(PYTHONDONTWRITEBYTECODE="", PYTHONPYCACHEPREFIX=str(BYTECODE))


def work_in_memory() -> None:
    """Puts temporary files into memory, if there is room and ``TMPDIR`` does not name another folder.

    To create a database takes a tenth of the time there, because it consists of 300 files.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    if min(shutil.disk_usage(MEMORY).free, psutil.virtual_memory().available) > ROOM:
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)
