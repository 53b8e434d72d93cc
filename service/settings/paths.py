"""Paths in settings."""

import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

CHECKOUT = Path(__file__).resolve().parents[2]
"""The folder of a checkout, if the code runs from one; otherwise that of the installed packages."""


def default_home(code: Path = CHECKOUT) -> Path:
    """Returns the data folder where ``VISAGE_HOME`` is unset, for code in this folder.

    An installed command runs in any folder, and has to find the same data from each.
    """
    return Path("var") if (code / "pyproject.toml").is_file() else Path("~/.local/share/visage")


def usable(path: Path) -> Path:
    """Expands ``~`` in a path. Raises ValueError.

    PostgreSQL and its clients accept only paths in UTF-8 without line breaks.
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
        raise ValueError("~ stands for an unknown user or home folder: write the whole path") from None


def _absolute(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: a loop of symbolic links
        raise ValueError("cannot be resolved: a folder or link on the path is missing or not accessible") from None


UserPath = Annotated[Path, AfterValidator(usable)]
"""A path that an operator writes; it may begin with ``~``."""

AbsolutePath = Annotated[UserPath, AfterValidator(_absolute)]
"""Like ``UserPath``, made absolute."""
