"""Files for their owner alone that are on the disk, and not only on their way, when a call returns."""

import os
import tempfile
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Writes a file, mode 0600; raises OSError, FileExistsError where there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_draft(folder: Path, data: bytes) -> Path:
    """Writes a file, mode 0600, under a name that nobody else has; raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def sync_folder(folder: Path) -> None:
    """Brings the names in a folder to the disk; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
