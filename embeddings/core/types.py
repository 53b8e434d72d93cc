"""The types of the values that pass between the stages of the recognition pipeline."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

RGBImage = NDArray[np.uint8]
"""The pixels of one image: shape (height, width, 3), uint8, channels in the order red, green, blue."""

Vector = NDArray[np.float32]
"""One embedding or template: shape (dimension,), float32, of unit Euclidean length."""


class Reason(StrEnum):
    """A reason why a capture cannot be used; the server, the widget and its translations share these values."""

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
        data: the encoded bytes as they were sent (after base64), for storage.
        media_type: ``image/jpeg``, ``image/png`` or ``image/webp``, derived from the bytes.
        pixels: the upright image (EXIF orientation applied), (height, width, 3) uint8 RGB. Both sides of a large JPEG
            are divided by 2, 4 or 8.
    """

    data: bytes
    media_type: str
    pixels: RGBImage


@dataclass(frozen=True)
class Box:
    """An upright rectangle in pixels of the image; may extend beyond its edges."""

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
    """The direction of the head in degrees, as the camera sees it; (0, 0, 0) looks into the camera.

    Attributes:
        yaw: positive if the nose points to the right edge of the image.
        pitch: positive if the face looks up.
        roll: positive if the head is tilted clockwise in the image.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class Face:
    """One face found in an image.

    Attributes:
        box: the detector's rectangle, in pixels.
        score: the detector's confidence, 0 to 1; always 1 for dlib, which gives none.
        detector: the detector that found it: ``blazeface-short``, ``blazeface-full`` or ``dlib``.
        points: landmarks, (5, 2) float32, pixels: left eye, right eye, nose tip, left and right mouth corner, "left" as
            seen in the image. If they come from BlazeFace (``mesh`` is None), both mouth corners are the middle of the
            mouth, because BlazeFace gives only that point.
        mesh: (468, 3) float32, pixels (z in the scale of x), or None if the mesh network saw no face.
        mesh_logit: the mesh network's confidence that it sees a face, a logit of about -10 to 55; None without a mesh.
        pose: the direction of the head.
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
    """The quality of a capture, measured on the face without the background.

    Attributes:
        face_width: width of the face in pixels of the decoded image.
        sharpness: variance of the Laplacian of the aligned grey crop (grey levels squared).
        brightness: mean grey level of the aligned crop, 0 to 255.
        contrast: standard deviation of the grey level of the aligned crop, 0 to 127.5.
        inside: the share of the face's box inside the image, 0 to 1.
        visibility: ``Face.mesh_logit``. An occlusion lowers it, and so do a turn, darkness and blur.
        eye_light: the brightness around the lighter eye as a share of the cheeks' grey level, 0 or more: the upper
            quartile around the eye over the mean of the cheeks. About 0.9 in ordinary light.
    """

    face_width: float
    sharpness: float
    brightness: float
    contrast: float
    inside: float
    visibility: float | None
    eye_light: float
