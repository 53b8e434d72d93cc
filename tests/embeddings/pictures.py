"""Small image files for tests, in every format and variant that a decoder may get."""

import io
from typing import Any

import cv2
import numpy as np
from PIL import Image

from embeddings.core.types import RGBImage

ORIENTATION = 0x0112
"""EXIF's tag for the orientation of the camera."""


def quarters() -> RGBImage:
    """Returns red, green, blue and white quarters (row by row): (40, 80, 3) uint8 RGB."""
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:20, :40], picture[:20, 40:] = (255, 0, 0), (0, 255, 0)
    picture[20:, :40], picture[20:, 40:] = (0, 0, 255), (255, 255, 255)
    return picture


def encoded(pixels: RGBImage, file_format: str, mode: str = "RGB", orientation: int = 1, **options: Any) -> bytes:
    """Encodes the picture with Pillow, whose code for the file formats is independent of OpenCV's."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, file_format, exif=exif, **options)
    return file.getvalue()


def sixteen_bit_png(pixels: RGBImage) -> bytes:
    """Encodes the picture as a PNG with 16 bits per channel."""
    done, file = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR).astype(np.uint16) * 257)
    assert done
    return file.tobytes()
