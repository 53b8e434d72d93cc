"""Small image files made for tests, in every format and flavour that a decoder may meet."""

import io
from typing import Any

import cv2
import numpy as np
from PIL import Image

from embeddings.core.types import RGBImage

ORIENTATION = 0x0112
"""EXIF's tag for how the camera was held."""


def quarters() -> RGBImage:
    """Red, green, blue and white quarters (top left, top right, bottom left, bottom right): (40, 80, 3) uint8 RGB."""
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:20, :40], picture[:20, 40:] = (255, 0, 0), (0, 255, 0)
    picture[20:, :40], picture[20:, 40:] = (0, 0, 255), (255, 255, 255)
    return picture


def encoded(pixels: RGBImage, file_format: str, mode: str = "RGB", orientation: int = 1, **options: Any) -> bytes:
    """The picture as a file, by Pillow, which doesn't share OpenCV's code for the formats' outsides."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, file_format, exif=exif, **options)
    return file.getvalue()


def sixteen_bit_png(pixels: RGBImage) -> bytes:
    """The picture as a PNG of 16 bits a channel."""
    done, file = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR).astype(np.uint16) * 257)
    assert done
    return file.tobytes()
