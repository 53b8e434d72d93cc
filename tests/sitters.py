"""People before a webcam, drawn from photographs: level, turned, near, far, off-centre, and in other rooms."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import cv2
import numpy as np

from embeddings.core.types import Box, Face, RGBImage
from tests.camera_film import FACE_CENTRE, FACE_SHARE, HEIGHT, WIDTH, webcam_picture
from tests.turned_heads import turn_head

Find = Callable[[RGBImage], list[Face]]
"""Finds the faces in an image, the largest first."""

SEEN_YAW, SEEN_PITCH = 0.6, 0.68
"""Share of a drawn turn (by ``turn_head``) that the mesh sees. To level a head, it is turned back by as much more."""

ENOUGH_WIDTH = 240
"""Pixels of a face in a photograph: about the width of the largest in a webcam's picture."""

HEAD = (0.85, 1.15)
"""Half the width and height of the ellipse around a head, in widths of the face's box; outside is the room."""


@dataclass(frozen=True)
class Sitting:
    """How a person sits before the camera.

    Attributes:
        share: height of the face's box as a share of the picture's.
        centre: the middle of the face, in shares of the picture's width and height.
        yaw: degrees that the drawn head is turned, as ``Pose``; the mesh sees less.
        pitch: likewise.
    """

    share: float = FACE_SHARE
    centre: tuple[float, float] = FACE_CENTRE
    yaw: float = 0.0
    pitch: float = 0.0


@dataclass
class Sitter:
    """One person, from one photograph of (height, width, 3) uint8 RGB with one face."""

    photograph: RGBImage
    find: Find

    @cached_property
    def level(self) -> RGBImage:
        """The photograph with the head drawn as if it looked into the camera."""
        photograph, face = self.photograph, self.find(self.photograph)[0]
        shrink = ENOUGH_WIDTH / face.box.width
        if shrink < 1:
            smaller = cv2.resize(photograph, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
            photograph = np.asarray(smaller, np.uint8)
            face = self.find(photograph)[0]
        return _turned(photograph, face, -face.pose.yaw / SEEN_YAW, -face.pose.pitch / SEEN_PITCH)

    @cached_property
    def box(self) -> Box:
        """The box of the face in the photograph."""
        return self.find(self.level)[0].box

    def seen(self, sitting: Sitting) -> RGBImage:
        """Returns what the webcam sees: (480, 640, 3) uint8 RGB."""
        picture = webcam_picture(self.level, self.box, sitting.share, sitting.centre)
        if not sitting.yaw and not sitting.pitch:
            return picture
        return _turned(picture, self.find(picture)[0], sitting.yaw, sitting.pitch)


def in_room(picture: RGBImage, sitting: Sitting, room: RGBImage) -> RGBImage:
    """Replaces the room behind a person in this position; both pictures (480, 640, 3) uint8 RGB."""
    x, y = np.array(sitting.centre) * (WIDTH, HEIGHT)
    width = sitting.share * HEIGHT
    body = np.zeros((HEIGHT, WIDTH), np.uint8)
    axes = (int(HEAD[0] * width), int(HEAD[1] * width))
    cv2.ellipse(body, (int(x), int(y)), axes, 0, 0, 360, 255, -1)
    shoulders = (int(x), int(y + 2.2 * width))
    cv2.ellipse(body, shoulders, (int(1.8 * width), int(1.3 * width)), 0, 0, 360, 255, -1)
    share = (cv2.GaussianBlur(body, (0, 0), 0.1 * width) / 255.0)[..., None]
    return cast(RGBImage, (share * picture + (1.0 - share) * room).astype(np.uint8))


def side_by_side(left: RGBImage, right: RGBImage) -> RGBImage:
    """Returns two people in one picture: half of each, (480, 640, 3) uint8 RGB."""
    across = np.clip((np.arange(WIDTH) - WIDTH / 2) / 40 + 0.5, 0, 1)[None, :, None]
    return cast(RGBImage, ((1 - across) * left + across * right).astype(np.uint8))


def moved(picture: RGBImage, shift: tuple[float, float], scale: float, tilt: float) -> RGBImage:
    """Returns the picture a moment later: moved by pixels, scaled by a factor, tilted by degrees about its middle."""
    matrix = np.asarray(cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), tilt, scale), np.float64)
    matrix[:, 2] += np.array(shift)
    return cast(RGBImage, cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE))


def _turned(picture: RGBImage, face: Face, yaw: float, pitch: float) -> RGBImage:
    if face.mesh is None:
        raise ValueError("the mesh sees no face in this picture")
    return turn_head(picture, face.mesh, yaw, pitch)
