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


def create(path: Path, data: bytes) -> bool:
    """Makes a file, mode 0600, whole or not at all, where there is none; whether it was made. Raises OSError.

    Of several processes that do so at once, one makes it.
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
    """Brings the names in a folder to the disk; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
