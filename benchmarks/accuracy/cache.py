"""Caches the results for a photograph, so that the next evaluation need not compute them.

The cache contains vectors of people's faces: ``.cache`` is not committed, and can be deleted at any time.
"""

import hashlib
from pathlib import Path


class VectorCache:
    """One file a photograph, named by a hash of its inputs: the photograph, the code and the networks."""

    def __init__(self, folder: Path, computed_by: str) -> None:
        """``computed_by`` separates the results of different code or networks; see :func:`fingerprint`."""
        self._folder = folder
        self._computed_by = computed_by

    def get(self, photograph: Path) -> bytes | None:
        """Returns the cached result for a photograph, or None."""
        try:
            return self._file(photograph).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, photograph: Path, data: bytes) -> None:
        """Stores the result for a photograph."""
        file = self._file(photograph)
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_bytes(data)
        partial.replace(file)

    def _file(self, photograph: Path) -> Path:
        name = hashlib.sha256(self._computed_by.encode() + photograph.read_bytes()).hexdigest()
        return self._folder / name[:2] / name


def fingerprint(files: list[Path], folder: Path) -> str:
    """Returns a hash of these files and of the Python files in a folder."""
    digest = hashlib.sha256()
    for file in [*files, *sorted(folder.rglob("*.py"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()
