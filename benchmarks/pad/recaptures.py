"""Photographs of people before a webcam: the people themselves, their prints, and their pictures on a screen."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from benchmarks.pad.acting import Chance
from benchmarks.pad.footage import decoded
from benchmarks.pad.scene import HEIGHT, WIDTH, Floats
from benchmarks.pad.sheets import glare
from benchmarks.pad.webcam import Webcam
from embeddings.types import Box, RGBImage
from tests.camera_film import empty_room, webcam_picture

FINE = 3
"""How many times finer than a frame paper and screens are drawn: their dots are smaller than its pixels."""

SHARE, SHEET = (0.34, 0.5), (0.72, 1.0)
"""Height of the face, and of the sheet or screen, as shares of the frame's."""

GREY = (0.299, 0.587, 0.114)
"""What red, green and blue are worth in grey (ITU-R BT.601)."""

Presented = Callable[[Floats, Chance], Floats]
"""What an instrument makes of a picture, (height, width, 3) float32 from 0 to 1, ``FINE`` times as fine as a frame."""


def recapture(photograph: RGBImage, box: Box, present: Presented, chance: Chance) -> RGBImage:
    """What a webcam sees of a photograph's face so presented: (HEIGHT, WIDTH, 3) uint8 RGB.

    Args:
        photograph: (height, width, 3) uint8 RGB.
        box: of its face.
        present: one of ``SPECIES``, or ``in_person``.
        chance: how near, how well lit, by which camera.
    """
    picture = webcam_picture(photograph, box, chance.within(SHARE), (0.5, 0.5))
    large = cv2.resize(picture, (FINE * WIDTH, FINE * HEIGHT), interpolation=cv2.INTER_CUBIC).astype(np.float32) / 255.0
    presented = np.clip(present(np.asarray(large), chance), 0.0, 1.0)
    scene = cv2.resize(presented, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return decoded(Webcam(chance, 1).take(np.asarray(255.0 * scene, np.uint8), 0))


def in_person(picture: Floats, chance: Chance) -> Floats:  # noqa: ARG001  (as every ``Presented``)
    """Bona fide: as it is."""
    return picture


def on_paper(picture: Floats, chance: Chance) -> Floats:
    """A print: paler blacks, yellowish paper, weaker colours, softer, made of dots, with a white margin."""
    grey = picture @ np.array(GREY, np.float32)
    colour = grey[..., None] + chance.within((0.7, 0.95)) * (picture - grey[..., None])
    ink = 1.0 - cv2.GaussianBlur(colour, (0, 0), chance.within((0.5, 2.0))) ** chance.within((0.85, 1.2))
    pitch, strength = chance.within((2.5, 6.0)), chance.within((0.1, 0.35))
    angles = (15.0, 75.0, 45.0)
    dots = np.stack([_dots(picture.shape[:2], pitch, angle) for angle in angles], axis=2)
    paper = np.array([1.0, chance.within((0.97, 1.0)), chance.within((0.9, 0.98))], np.float32)
    lightest, darkest = chance.within((0.85, 0.98)), chance.within((0.06, 0.18))
    inked = np.clip(ink * (1.0 + strength * dots), 0.0, 1.0)
    return _before_a_room(paper * (lightest - (lightest - darkest) * inked), (0.95, 0.94, 0.92), chance)


def on_screen(picture: Floats, chance: Chance) -> Floats:
    """A screen: bluish, brighter, three colours' stripes that beat with the camera's pixels, glare, a black frame."""
    height, width = picture.shape[:2]
    pitch, tilt = chance.within((2.4, 4.2)), np.radians(chance.within((-4.0, 4.0)))
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    along = 2 * np.pi * (x * np.cos(tilt) + y * np.sin(tilt)) / pitch
    down = 2 * np.pi * (y * np.cos(tilt) - x * np.sin(tilt)) / pitch
    stripes = np.stack([np.sin(along + phase) for phase in (0.0, 2.1, 4.2)], axis=2) + 0.5 * np.sin(down)[..., None]
    cold = np.array([chance.within((0.9, 1.0)), 1.0, chance.within((1.0, 1.12))], np.float32)
    lit = picture ** chance.within((0.8, 1.1)) * cold * chance.within((0.95, 1.2)) + chance.within((0.0, 0.05))
    lit = lit * (1.0 + chance.within((0.08, 0.3)) * stripes)
    lamp = cv2.resize(glare(chance), (width, height))[..., None] / 255.0
    return _before_a_room(lit + lamp, (0.03, 0.03, 0.04), chance)


SPECIES: Mapping[str, Presented] = {"recaptured print": on_paper, "recaptured screen": on_screen}


def _dots(shape: tuple[int, ...], pitch: float, angle: float) -> Floats:
    """A halftone's screen, (height, width) from -1 to 1, of this pitch in pixels, turned by degrees."""
    turn = 2 * np.pi / pitch * np.exp(1j * np.radians(angle))
    x, y = np.arange(shape[1], dtype=np.float32), np.arange(shape[0], dtype=np.float32)[:, None]
    along, across = x * turn.real + y * turn.imag, y * turn.real - x * turn.imag
    return np.asarray(np.cos(along) * np.cos(across), np.float32)


def _before_a_room(picture: Floats, edge: tuple[float, float, float], chance: Chance) -> Floats:
    """The middle of the picture as a sheet with an edge of this colour, an empty room beyond it."""
    height, width = picture.shape[:2]
    room = cv2.resize(empty_room(int(chance.random.integers(1 << 30))), (width, height)).astype(np.float32) / 255.0
    tall = chance.within(SHEET) * height
    wide = tall * chance.within((0.7, 1.1))
    top, left = int((height - tall) / 2), int((width - wide) / 2)
    rim = int(0.05 * tall)
    inner = np.s_[top + rim : height - top - rim, left + rim : width - left - rim]
    room[top : height - top, left : width - left] = edge
    room[inner] = picture[inner]
    return np.asarray(room)
