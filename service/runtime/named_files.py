"""Files that an operator names for a command to write.

A file that is a command's own to replace takes its place once it is whole. What leads elsewhere (a pipe, a terminal or
another device) takes what is written as it comes, and stays what it is. Anything else is refused: a rename would put a
file in the place of a link, and part a file from its other names.
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


def takes_as_it_comes(path: Path) -> bool:
    """Whether a path is a pipe or a device, and not a file that can be replaced, or none yet.

    Raises:
        SourceError: it is neither.
        OSError: it cannot be looked at.
    """
    if not os.path.lexists(path):
        return False
    found = path.stat() if path.exists() else path.lstat()
    if _is_stream(found.st_mode):
        return True
    if path.is_symlink():
        raise SourceError(f"{path} is a symbolic link: name what it leads to ({path.readlink()}), or another file")
    if stat.S_ISDIR(found.st_mode):
        raise SourceError(f"{path} is a folder: name a file")
    if not stat.S_ISREG(found.st_mode):
        raise SourceError(f"{path} is neither a file nor a pipe: name a file")
    if found.st_nlink > 1:
        raise SourceError(f"{path} is known by other names too (hard links): remove this one, or name another file")
    return False


def open_stream(path: Path) -> TextIO:
    """Opens a pipe or a device for writing; raises OSError, also where it is none any more."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    if not _is_stream(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileExistsError(errno.EEXIST, "it has just been replaced by a file")
    return open(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="")


def is_standard_output(path: Path) -> bool:
    """Whether what is written to a path goes where this process prints."""
    try:
        return os.path.samestat(path.stat(), os.fstat(1))
    except OSError:
        return False


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A path beside this one where nothing is, nor anything will be once the block has ended."""
    part = path.with_name(f".{path.name}.part")
    _remove(part)
    try:
        yield part
    finally:
        _remove(part)


def create(path: Path) -> TextIO:
    """Makes a file for its owner alone; raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    return open(descriptor, "w", encoding="utf-8", newline="")


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """A file to write; it takes its place, mode 0600, when the block ends well, unless it takes things as they come.

    Raises:
        SourceError: it cannot be written.
    """
    with telling_os_errors(path):
        if takes_as_it_comes(path):
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
def telling_os_errors(path: Path) -> Iterator[None]:
    """Raises SourceError for an OSError of the block."""
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
