"""Finds files of installed packages without importing them, and fetches files once."""

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from embeddings.core.errors import WeightsUnavailableError


def package_file(package: str, name: str) -> Path | None:
    """Returns the path of a file inside an installed package, without importing it; None if it is not installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / name


def put_in_place(path: Path, sha256: str, by_hand: str, arrive: Callable[[Path], Path]) -> Path:
    """Fetches a file once, checks its hash, and moves it into place when it is complete.

    An existing file is never overwritten, because the operator may have put it there.

    Args:
        path: the final path; its folder is created if missing.
        sha256: the expected hash, hexadecimal.
        by_hand: for the errors, how the operator can get the file; without a full stop.
        arrive: fetches the file into the given scratch folder and returns its path there; raises OSError.

    Returns:
        The same path.

    Raises:
        WeightsUnavailableError: it cannot be fetched, or its hash is wrong.
    """
    if path.exists():
        if sha256_of(path) != sha256:
            raise WeightsUnavailableError(f"{path} is damaged or another file than {path.name}. {by_hand}")
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent.resolve(), prefix=".download-") as scratch:
        try:
            arrived = arrive(Path(scratch))
        except OSError as error:
            reason = f"{error}".rstrip(".") or type(error).__name__
            raise WeightsUnavailableError(f"{path.name} could not be fetched: {reason}. {by_hand}") from error
        if sha256_of(arrived) != sha256:
            raise WeightsUnavailableError(f"{path.name} arrived as another file. {by_hand}")
        os.replace(arrived, path)
    return path


def sha256_of(path: Path) -> str:
    """Returns the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
