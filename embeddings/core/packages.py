"""Files of others: inside installed packages whose code is not wanted, and such as have to be fetched."""

import hashlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from embeddings.core.errors import WeightsUnavailableError


def package_file(package: str, name: str) -> Path | None:
    """A file inside an installed package that is found, not imported; None when the package isn't installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / name


def put_in_place(path: Path, sha256: str, by_hand: str, arrive: Callable[[Path], Path]) -> Path:
    """A file that is fetched once: proven by its hash, and put in place whole.

    A file that is there is never overwritten: somebody may have put it there by hand.

    Args:
        path: where it is, or is to be; its folder is made when needed.
        sha256: hexadecimal.
        by_hand: what somebody can do who has to get it themselves, for the errors; without a full stop.
        arrive: fetches it into the scratch folder that it is given, and returns where it is there; raises OSError.

    Returns:
        The same path.

    Raises:
        WeightsUnavailableError: it can't be fetched, or its hash is wrong.
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
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
