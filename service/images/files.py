"""Lists the image files of all users."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from service.images.cipher import HEADER_BYTES


def image_files(root: Path) -> Iterator[Path]:
    """Yields every image below the folder of all images, without staged ones, which are in hidden folders."""
    return root.glob("[!.]*/*/*")


def image_heads(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Yields every image with the first bytes of its file; skips an image that is erased meanwhile."""
    for path in image_files(root):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            yield path, file.read(HEADER_BYTES)
