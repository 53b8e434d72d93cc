"""The typed values that pass between the stages of the recognition pipeline."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

RGBImage = NDArray[np.uint8]
"""Pixels of one image: shape (height, width, 3), uint8, channels in the order red, green, blue."""

Vector = NDArray[np.float32]
"""One embedding or template: shape (dimension,), float32, of unit Euclidean length."""


class Reason(StrEnum):
    """Why a capture cannot be used: one vocabulary for the server, the widget and its translations."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "face_too_small"
    TOO_DARK = "face_too_dark"
    TOO_BRIGHT = "face_too_bright"
    BLURRED = "face_blurred"
    CUT_OFF = "face_cut_off"
    TURNED_AWAY = "face_turned_away"
    COVERED = "face_covered"
    DIFFERENT_PEOPLE = "different_people"
    SAME_PICTURE = "same_picture"
    SAME_POSE = "same_pose"


@dataclass(frozen=True)
class DecodedImage:
    """One decoded upload.

    Attributes:
        data: the encoded bytes as they were sent (after base64), for keeping.
        media_type: ``image/jpeg``, ``image/png`` or ``image/webp``, told from the bytes themselves.
        pixels: the upright image (EXIF orientation applied), (height, width, 3) uint8 RGB; of a large JPEG a half, a
            quarter or an eighth of its sides.
    """

    data: bytes
    media_type: str
    pixels: RGBImage


@dataclass(frozen=True)
class Box:
    """An upright rectangle in pixels of the image; may reach beyond its edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Pose:
    """Where the head points, in degrees, as the camera sees it: 0, 0, 0 looks into the camera.

    Attributes:
        yaw: positive when the nose points to the right edge of the image.
        pitch: positive when the face looks up.
        roll: positive when the head is tilted clockwise in the image.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Face:
    """One face found in an image.

    Attributes:
        box: the detector's rectangle, in pixels.
        score: the detector's confidence, 0 to 1; always 1 for dlib, which tells none.
        detector: which detector found it: ``blazeface-short``, ``blazeface-full`` or ``dlib``.
        points: (5, 2) float32, pixels: left eye, right eye, nose tip, left and right mouth corner,
            "left" as seen in the image. Where BlazeFace is the only source (``mesh`` is None) both mouth
            corners are the middle of the mouth, the one point it gives.
        mesh: (468, 3) float32, pixels (z in the scale of x), or None where the mesh saw no face.
        mesh_logit: how sure the mesh's network is to see a face, a logit of about -10 to 55; None without a mesh.
        pose: where the head points.
    """

    box: Box
    score: float
    detector: str
    points: NDArray[np.float32]
    mesh: NDArray[np.float32] | None
    mesh_logit: float | None
    pose: Pose


@dataclass(frozen=True)
class Quality:
    """What limits a capture, measured on the face and not on the background.

    Attributes:
        face_width: width of the face in pixels of the image as it was decoded.
        sharpness: variance of the Laplacian of the aligned grey crop (grey levels squared).
        brightness: mean grey level of the aligned crop, 0 to 255.
        contrast: standard deviation of the grey level of the aligned crop, 0 to 127.5.
        inside: the share of the face's box that lies inside the image, 0 to 1.
        visibility: ``Face.mesh_logit``: what covers a face lowers it, and so do a turn, darkness and blur.
        eye_light: how light the lighter eye's surroundings are, as a share of the cheeks' grey level, 0 or more: the
            upper quartile around the eye over the mean of the cheeks. About 0.9 in ordinary light.
    """

    face_width: float
    sharpness: float
    brightness: float
    contrast: float
    inside: float
    visibility: float | None
    eye_light: float
