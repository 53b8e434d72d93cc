"""What a person before the camera should do next, judged from one small frame.

Pure functions on what the detectors and the mesh say. A frame is 320 pixels on its longer side or about that; at 320 x
240 the brightness, the visibility and the pose of a face are within a few percent of those at 640 x 480, so that the
limits of ``quality`` hold. Two do not: the face's width, which counts here as a share of the picture, and the
sharpness, of which a smaller picture keeps more than is there.

The constants were chosen on LFW's photographs in shared/faces, drawn as a webcam would have taken them
(``tests.guidance_films``); the films that are reported show other people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.quality import MAX_PITCH, MAX_YAW, check_capture, check_faces
from embeddings.types import Face, Pose, Quality, Reason, RGBImage


class Target(StrEnum):
    """A pose that a sign-up asks for; ``left`` and ``right`` are the person's own."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Hint(StrEnum):
    """What to change before the picture is taken: the reasons that would refuse it, and further ones that would not."""

    NO_FACE = Reason.NO_FACE.value
    SEVERAL_FACES = Reason.SEVERAL_FACES.value
    TOO_SMALL = Reason.TOO_SMALL.value
    TOO_DARK = Reason.TOO_DARK.value
    TOO_BRIGHT = Reason.TOO_BRIGHT.value
    BLURRED = Reason.BLURRED.value
    CUT_OFF = Reason.CUT_OFF.value
    TURNED_AWAY = Reason.TURNED_AWAY.value
    COVERED = Reason.COVERED.value
    TOO_CLOSE = "face_too_close"
    CAMERA_COVERED = "camera_covered"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    LOOK_UP = "look_up"
    LOOK_DOWN = "look_down"
    LOOK_AHEAD = "look_ahead"


@dataclass(frozen=True)
class Ahead:
    """Where a person's head points while they look ahead, in degrees as ``Pose``: what a turn is measured from."""

    yaw: float = 0.0
    pitch: float = 0.0


ORDER = (
    Hint.SEVERAL_FACES,
    Hint.TOO_CLOSE,
    Hint.TOO_SMALL,
    Hint.CUT_OFF,
    Hint.TOO_DARK,
    Hint.TOO_BRIGHT,
    Hint.BLURRED,
    Hint.COVERED,
    Hint.TURN_LEFT,
    Hint.TURN_RIGHT,
    Hint.LOOK_UP,
    Hint.LOOK_DOWN,
    Hint.LOOK_AHEAD,
    Hint.TURNED_AWAY,
)
"""The most pressing first: whoever stands right is lit right, whoever is seen well can be asked to turn. Which way to
turn says more than that the face is turned away."""

MIN_WIDTH = 0.20
"""Share of the picture's longer side that the face's box is wide, at least: 128 pixels of 640, more than the networks
take in (``selection.PLENTY_WIDTH``). A person at arm's length from a laptop has 0.30 (LFW's drawn so: 0.28 to 0.32),
one twice as far away 0.14 to 0.18."""
MAX_WIDTH = 0.68
"""Share of the picture's shorter side, at most. The box ends at brow and chin; a head is half as high again, and with
this it fills the picture. Whoever fills the widget's oval, which is 0.78 of the height, has 0.55 to 0.62."""

MIN_DETAIL = 0.0045
"""Sharpness as a share of the contrast squared, at least, whatever the light. A blur that halves the captures' passing
at 640 x 480 (Gaussian of 4.3 pixels on a face of 192) gives this at 320 x 240; the lowest of LFW unblurred is 0.012."""

TURN = 7.0
"""Degrees from ahead that a head must be turned to a side. A turn drawn as 20 degrees is seen as 7 to 21; the mesh's
yaw of a still head strays by less than 2. ``selection.MIN_TURN`` needs 3 between two captures."""
NOD = 6.0
"""Degrees up or down from ahead. A nod drawn as 15 degrees is seen as 6 to 14."""
ASIDE = 15.0
"""Degrees that a head may nod while it turns, or turn while it nods: a person's turns are never quite level."""

FRONT_YAW = 8.0
"""Degrees to either side from the camera's axis that still look ahead: the mesh is off by up to 5 on a level head."""
FRONT_PITCH = 15.0
"""Degrees up or down: cameras sit above screens, or below eyes on a desk."""

MOST_YAW = MAX_YAW - 10.0
MOST_PITCH = MAX_PITCH - 8.0
"""Degrees from the camera's axis: so much before a capture is refused, a person has turned more than enough and is
told so, as the head moves on until the picture is taken."""

DARK = 40.0
"""Mean grey level of a picture without a face: below it a face would be too dark to be found or to be used."""
BRIGHT = 215.0
"""And above it too bright."""
REDDISH = 1.35
"""Red over green, and over blue, of the light that comes through a finger on the lens."""
CELLS = (16, 12)
"""Columns and rows of the means by which a picture's structure is judged, free of the sensor's noise."""
SMOOTH = 0.04
SMOOTH_LEVELS = 1.0
"""The structure of a covered lens's picture is below this share of its mean grey level, or below one level."""


def guide(
    image: RGBImage,
    faces: Sequence[Face],
    quality: Quality | None,
    target: Target | None = None,
    ahead: Ahead | None = None,
) -> list[Hint]:
    """What to change before a picture is taken, the most pressing first; empty when it can be taken now.

    Args:
        image: the frame, (h, w, 3) uint8 RGB.
        faces: those in it, the largest first.
        quality: of the first face; None where there is none.
        target: the pose that is wanted; None for any usable view, as a login takes it.
        ahead: this person's own pose when looking ahead, from which turns are measured; the camera's axis if unknown.
            The front itself is always judged by the camera's axis.
    """
    if not faces or quality is None:
        return [_without_a_face(image)]
    hints = {Hint(reason.value) for reason in check_faces(list(faces))}
    hints |= {Hint(reason.value) for reason in check_capture(faces[0], quality)} - {Hint.TOO_SMALL}
    hints |= _distance(image, faces[0])
    if quality.sharpness < MIN_DETAIL * quality.contrast**2:
        hints.add(Hint.BLURRED)
    if target is not None:
        hints |= _turn(faces[0].pose, target, ahead or Ahead())
    if hints & {Hint.TOO_DARK, Hint.TOO_BRIGHT, Hint.BLURRED}:
        hints.discard(Hint.COVERED)
    return sorted(hints, key=ORDER.index)


def _distance(image: RGBImage, face: Face) -> set[Hint]:
    shorter, longer = sorted(image.shape[:2])
    if face.box.width > MAX_WIDTH * shorter:
        return {Hint.TOO_CLOSE}
    return {Hint.TOO_SMALL} if face.box.width < MIN_WIDTH * longer else set()


def _turn(pose: Pose, target: Target, ahead: Ahead) -> set[Hint]:
    too_far = abs(pose.yaw) > MOST_YAW or abs(pose.pitch) > MOST_PITCH
    if target is Target.FRONT:
        level = abs(pose.yaw) <= FRONT_YAW and abs(pose.pitch) <= FRONT_PITCH
        return set() if level else {Hint.LOOK_AHEAD}
    yaw, pitch = pose.yaw - ahead.yaw, pose.pitch - ahead.pitch
    wanted = {
        Target.LEFT: (yaw >= TURN, Hint.TURN_LEFT),
        Target.RIGHT: (yaw <= -TURN, Hint.TURN_RIGHT),
        Target.UP: (pitch >= NOD, Hint.LOOK_UP),
        Target.DOWN: (pitch <= -NOD, Hint.LOOK_DOWN),
    }
    done, hint = wanted[target]
    if not done:
        return {hint}
    if too_far:
        return {Hint.TURNED_AWAY}
    if target in {Target.LEFT, Target.RIGHT}:
        return _back(pitch, Hint.LOOK_DOWN, Hint.LOOK_UP)
    return _back(yaw, Hint.TURN_RIGHT, Hint.TURN_LEFT)


def _back(aside: float, from_above: Hint, from_below: Hint) -> set[Hint]:
    """The way back to the level, where a head is too far from it."""
    if abs(aside) <= ASIDE:
        return set()
    return {from_above if aside > 0 else from_below}


def _without_a_face(image: RGBImage) -> Hint:
    """Why there may be no face to see: something on the lens, no light, too much of it, or nobody."""
    small = cv2.resize(image, CELLS, interpolation=cv2.INTER_AREA).astype(np.float64)
    red, green, blue = small.mean(axis=(0, 1))
    grey = small.mean(axis=2)
    level = float(grey.mean())
    dark = level < DARK
    reddish = red > REDDISH * max(green, blue)
    if (dark or reddish) and _structure(grey) < max(SMOOTH * level, SMOOTH_LEVELS):
        return Hint.CAMERA_COVERED
    if dark:
        return Hint.TOO_DARK
    return Hint.TOO_BRIGHT if level > BRIGHT else Hint.NO_FACE


def _structure(grey: NDArray[np.float64]) -> float:
    """What a smooth shading, a cubic surface, leaves of (rows, columns) grey levels: its root mean square."""
    y, x = (axis.ravel() for axis in np.meshgrid(*(np.linspace(-1.0, 1.0, n) for n in grey.shape), indexing="ij"))
    surface = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], axis=1)
    fitted, *_ = np.linalg.lstsq(surface, grey.ravel(), rcond=None)
    return float(np.sqrt(np.mean((grey.ravel() - surface @ fitted) ** 2)))
