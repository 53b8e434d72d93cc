"""Writes files that an operator names in a command.

A regular file is replaced once the new one is complete. A pipe, a terminal or another device is written to directly.
Any other path is refused: a rename would replace a symbolic link by a file, or separate a file from its hard links.
"""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from service.domain.operator_errors import SourceError


def is_pipe_or_device(path: Path) -> bool:
    """Whether a path is a pipe or a device, and not a replaceable file or a path without a file.

    Raises:
        SourceError: it is none of these.
        OSError: the path cannot be examined.
    """
    if not os.path.lexists(path):
        return False
    found = path.stat() if path.exists() else path.lstat()
    if _is_stream(found.st_mode):
        return True
    if path.is_symlink():
        raise SourceError(f"{path} is a symbolic link: name its target ({path.readlink()}) or another file")
    if stat.S_ISDIR(found.st_mode):
        raise SourceError(f"{path} is a folder: name a file")
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(f"{path} is neither a file nor a pipe: name a file")
    if found.st_nlink > 1:
        raise SourceError(f"{path} has other hard links: remove this one, or name another file")
    return False


def open_stream(path: Path) -> TextIO:
    """Opens a pipe or a device for writing. Raises OSError, also if the path has become a file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    if not _is_stream(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileExistsError(errno.EEXIST, "it has just been replaced by a file")
    return open(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="")


def is_standard_output(path: Path) -> bool:
    """Whether a path is this process's standard output."""
    try:
        return os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Yields an unused path beside this one, and removes what is there at the end."""
    part = path.with_name(f".{path.name}.part")
    _remove(part)
    try:
        yield part
    finally:
        _remove(part)


def create(path: Path) -> TextIO:
    """Creates a file with mode 0600. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return open(descriptor, "w", encoding="utf-8", newline="")


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Yields a file to write. It replaces ``path``, mode 0600, when the block succeeds; a device is written directly.

    Raises:
        SourceError: it cannot be written.
    """
    with os_errors_as_source_errors(path):
        if is_pipe_or_device(path):
            with open_stream(path) as file:
                yield file
            return
        with aside(path) as part:
            with create(part) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)


@contextmanager
def os_errors_as_source_errors(path: Path) -> Iterator[None]:
    """Turns an OSError of the block into a SourceError."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}") from error


def _is_stream(mode: int) -> bool:
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
