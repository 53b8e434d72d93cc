"""A disk that is full at one chosen write below a folder, and has room again at the next."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MAKING = ("mkdir", "rename", "replace", "link", "symlink")
"""Calls that need room for a name."""


class FullDisk:
    """Counts calls that need room: new files and folders, names, and the data written before a sync.

    Attributes:
        writes: the number of calls so far.
    """

    def __init__(self, root: Path, full_at: int) -> None:
        """``full_at`` is the number of the write that fails, from 0. Skips the test where there is no /proc."""
        if sys.platform != "linux":
            pytest.skip("looks into /proc, which only Linux has")
        self._root = str(root)
        self._full_at = full_at
        self.writes = 0

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Replaces the operating system's calls during the block."""
        with pytest.MonkeyPatch.context() as patch:
            for name in MAKING:
                patch.setattr(os, name, self._counted(getattr(os, name)))
            patch.setattr(os, "open", self._opening(os.open))
            patch.setattr(os, "fsync", self._syncing(os.fsync))
            yield

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(path: Any, *arguments: Any, **options: Any) -> Any:
            if self._is_here(path) and not (call.__name__ == "mkdir" and os.path.exists(path)):
                self._take_room()
            return call(path, *arguments, **options)

        return counted

    def _opening(self, call: Callable[..., int]) -> Callable[..., int]:
        def opening(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
            if flags & os.O_CREAT and self._is_here(path):
                self._take_room()
            return call(path, flags, *arguments, **options)

        return opening

    def _syncing(self, call: Callable[[int], None]) -> Callable[[int], None]:
        def syncing(descriptor: int) -> None:
            if self._is_here(os.readlink(f"/proc/self/fd/{descriptor}")):
                self._take_room()
            call(descriptor)

        return syncing

    def _is_here(self, path: Any) -> bool:
        return os.fspath(path).startswith(self._root)

    def _take_room(self) -> None:
        self.writes += 1
        if self.writes == self._full_at + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
