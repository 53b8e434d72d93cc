"""Files with mode 0600 that are on the disk, not only in a cache, when a call returns."""

import os
import tempfile
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Writes a file, mode 0600. Raises OSError, or FileExistsError if the file exists."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_draft(folder: Path, data: bytes) -> Path:
    """Writes a file, mode 0600, under a unique name. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def create(path: Path, data: bytes) -> bool:
    """Creates a file, mode 0600, completely or not at all; returns whether it did. Raises OSError.

    It does not replace a file. If several processes call this at once, one of them creates the file.
    """
    draft = write_draft(path.parent, data)
    try:
        os.link(draft, path)  # unlike a rename, never replaces what another process has just made
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Writes the names in a folder to the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
