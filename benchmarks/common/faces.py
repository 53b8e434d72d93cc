"""Reads folders of faces: one folder a person with photographs in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from embeddings.core.types import Face, RGBImage

ENDINGS = {".jpg", ".jpeg", ".pgm", ".png", ".webp"}

SMALL = 64
"""A photograph whose shorter side is below this, in pixels, counts as a face that fills the frame.

So only ORL's thumbnails of 23 x 28 are changed. All others are measured as the service would see them.
"""

ENLARGED = 4
"""The factor by which such a photograph is enlarged: ORL's faces are then twice as wide as the network's input."""

BORDER = 0.5
"""The border added on each side, as a share of the longer side, because detectors expect surroundings."""


@dataclass(frozen=True)
class Photograph:
    """One photograph of one person.

    Attributes:
        person: the name of the folder.
        path: the file.
    """

    person: str
    path: Path

    @property
    def label(self) -> str:
        """The file's name in the report, without the folders above the person's."""
        return f"{self.person}/{self.path.name}"

    def read(self) -> RGBImage:
        """Reads the pixels, (height, width, 3) uint8 RGB, padded and enlarged if the face fills a small frame.

        Raises:
            ValueError: OpenCV cannot read the file as an image.
        """
        pixels = cv2.imread(str(self.path), cv2.IMREAD_COLOR_RGB)
        if pixels is None:
            raise ValueError(f"{self.label} is no image")
        return make_room(cast(RGBImage, pixels))


def list_photographs(folder: Path) -> list[Photograph]:
    """Lists every photograph under ``folder/person/``, in the order of the names.

    Raises:
        ValueError: fewer than two people with photographs.
    """
    found = [
        Photograph(person.name, path)
        for person in sorted(folder.iterdir())
        if person.is_dir()
        for path in sorted(person.iterdir())
        if path.suffix.lower() in ENDINGS
    ]
    if len({photograph.person for photograph in found}) < 2:  # noqa: PLR2004
        raise ValueError(f"{folder.name} holds no folders of two people or more with photographs in them")
    return found


def make_room(pixels: RGBImage) -> RGBImage:
    """Pads and enlarges a small photograph that a face fills; returns any other unchanged."""
    height, width = pixels.shape[:2]
    if min(height, width) >= SMALL:
        return pixels
    margin = round(BORDER * max(height, width))
    wide = cv2.copyMakeBorder(pixels, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    return cast(RGBImage, cv2.resize(wide, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC))


def the_subject(faces: list[Face], pixels: RGBImage) -> Face | None:
    """Returns the subject's face: the most central of those at least half as wide as the widest; None without faces.

    The backgrounds of LFW sometimes contain other faces; the subject is in the middle.
    """
    if not faces:
        return None
    widest = max(face.box.width for face in faces)
    centre = np.array([pixels.shape[1] / 2, pixels.shape[0] / 2])

    def distance(face: Face) -> float:
        middle = np.array([face.box.left + face.box.right, face.box.top + face.box.bottom]) / 2
        return float(np.linalg.norm(middle - centre))

    return min((face for face in faces if face.box.width >= widest / 2), key=distance)
