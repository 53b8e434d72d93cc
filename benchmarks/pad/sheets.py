"""Flat pictures of a face: on paper, bent or flat, with the eyes cut out, and on a screen."""

from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.pad.acting import Chance
from benchmarks.pad.heads import EYE_WIDTH, Head
from benchmarks.pad.scene import HEIGHT, WIDTH, Floats, Surface, rotation, triangulate
from embeddings.core.types import RGBImage

GRID = 13
"""Vertices along each side of a sheet, enough to render a bend and the perspective."""


@dataclass(frozen=True)
class Sheet:
    """A picture that can be turned and bent.

    Attributes:
        surface: the picture and its triangles.
        points: (n, 3), centimetres from the middle of the face, flat.
    """

    surface: Surface
    points: Floats

    def posed(self, yaw: float, pitch: float, roll: float, place: Floats, bend: float = 0.0) -> Floats:
        """Turns the sheet by degrees about its middle at (3,) ``place``, and bends it about its vertical by 1 / cm."""
        flat = self.points
        if bend:
            angle = flat[:, 0] * bend
            across, back = np.sin(angle) / bend, (1.0 - np.cos(angle)) / bend
            flat = np.stack([across, flat[:, 1], back], axis=1)
        posed: Floats = flat @ rotation(yaw, pitch, roll).T + place
        return posed


def make_sheet(head: Head, scale: float = 1.0, paper: bool = True) -> Sheet:
    """Makes a sheet of a head's photograph, with a face ``scale`` times its real size."""
    picture = head.surface.picture
    face = head.surface.on_picture[:468]
    per_pixel = scale * EYE_WIDTH / float(np.linalg.norm(face[263] - face[33]))
    middle = face.mean(axis=0)
    half = 1.35 * np.ptp(face[:, 1])
    low = np.maximum(middle - half, 0.0)
    high = np.minimum(middle + half, (picture.shape[1] - 1, picture.shape[0] - 1))
    x, y = np.meshgrid(np.linspace(low[0], high[0], GRID), np.linspace(low[1], high[1], GRID))
    on_picture = np.stack([x.ravel(), y.ravel()], axis=1)
    centred = (on_picture - middle) * per_pixel
    whole = np.full(picture.shape[:2], 255, np.uint8)
    return Sheet(
        Surface(with_margin(picture, low, high) if paper else picture, whole, on_picture, triangulate(on_picture)),
        np.append(centred, np.zeros((len(centred), 1)), axis=1),
    )


def with_margin(picture: RGBImage, low: Floats, high: Floats) -> RGBImage:
    """Adds the white margin of a print."""
    printed = picture.copy()
    width = max(1, int(0.03 * (high - low).min()))
    corners = low.astype(int).tolist(), high.astype(int).tolist()
    cv2.rectangle(printed, corners[0], corners[1], (238, 236, 230), width)
    return printed


def make_phone(head: Head, scale: float, chance: Chance) -> Sheet:
    """Makes a telephone's screen with the photograph on it, its pixel lines, and its black frame."""
    sheet = make_sheet(head, scale, paper=False)
    on_picture = sheet.surface.on_picture
    low, high = on_picture.min(axis=0), on_picture.max(axis=0)
    enlarged = SCREEN / float((high - low)[0])
    picture = cv2.resize(sheet.surface.picture, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
    lines = 1.0 + chance.within((0.03, 0.12)) * np.sin(2 * np.pi * np.arange(picture.shape[1]) / PIXEL_LINES)
    shown = np.asarray(np.clip(picture * lines[None, :, None] * chance.within((1.0, 1.15)), 0, 255), np.uint8)
    corners = (low * enlarged).astype(int).tolist(), (high * enlarged).astype(int).tolist()
    cv2.rectangle(shown, corners[0], corners[1], (8, 8, 10), int(0.06 * SCREEN))
    cover = np.full(shown.shape[:2], 255, np.uint8)
    return Sheet(Surface(shown, cover, on_picture * enlarged, sheet.surface.triangles), sheet.points)


SCREEN = 720
"""Pixels across a telephone's screen."""
PIXEL_LINES = 2.7
"""Rendered pixels between a screen's pixel lines, which a camera records as moire."""


def glare(chance: Chance) -> Floats:
    """Returns a lamp's reflection in the glass, to be added to a frame, (HEIGHT, WIDTH, 1)."""
    middle = chance.random.uniform([0.25 * WIDTH, 0.2 * HEIGHT], [0.75 * WIDTH, 0.8 * HEIGHT])
    x, y = np.meshgrid(np.arange(WIDTH) - middle[0], np.arange(HEIGHT) - middle[1])
    size = chance.within((20.0, 60.0))
    light = chance.within((10.0, 50.0)) * np.exp(-(x**2 + y**2) / (2 * size**2))
    return np.asarray(light[..., None], np.float64)
