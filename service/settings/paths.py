"""Paths that settings name."""

import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator


def usable(path: Path) -> Path:
    """The path with ``~`` replaced by what it stands for; raises ValueError.

    PostgreSQL and its clients know paths in UTF-8 alone, and none with line breaks.
    """
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be a path in UTF-8") from None
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("must be a path without control characters")
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError(
            "begins with ~ and a user who is not known here, or whose home folder is not: write the whole path"
        ) from None


def _absolute(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a RuntimeError: links that lead to each other
        raise ValueError("must be a path that leads somewhere: a folder or link on the way is gone or closed") from None


UserPath = Annotated[Path, AfterValidator(usable)]
"""A path that an operator writes, which may begin with ``~``."""

AbsolutePath = Annotated[UserPath, AfterValidator(_absolute)]
"""The same, from the root of the file system on."""
