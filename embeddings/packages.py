"""Files inside installed packages whose code is not wanted."""

import hashlib
import importlib.util
from pathlib import Path


def package_file(package: str, name: str) -> Path | None:
    """A file inside an installed package that is found, not imported; None when the package isn't installed."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / name


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
