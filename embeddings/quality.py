"""Whether a capture is good enough, and why not. Every threshold here says where it comes from."""

import cv2

from embeddings.align import facenet_crop
from embeddings.types import Face, Quality, Reason, RGBImage

BYSTANDER_WIDTH = 1 / 3
"""A face narrower than this share of the largest one's width stands in the background and is not counted."""

# Chosen on the LFW faces in shared/faces, made smaller, darker, paler or blurred step by step: a limit is where the
# cosine of a spoilt capture and its person's other photographs falls below 0.58 for one in twenty (unspoilt: 0.72).

MIN_FACE_WIDTH = 40.0
"""Pixels. At 37 the weakest twentieth is at 0.67, at 26 at 0.61."""
MIN_BRIGHTNESS = 30.0
"""Mean grey level. Low, so that dark skin in ordinary light passes: at 30 the weakest twentieth is at 0.57."""
MAX_BRIGHTNESS = 215.0
"""Mean grey level. At 209, with the highlights clipped, the weakest twentieth is at 0.50, at 177 at 0.70."""
MIN_CONTRAST = 12.0
"""Standard deviation of grey levels. At 13.5 the weakest twentieth is at 0.58, at 8 at 0.45."""
MIN_SHARPNESS = 8.0
"""Grey levels squared. A Gaussian blur of 2 pixels on a face of 107 gives 9 (0.58), of 2.5 pixels 7 (0.50)."""
MIDDLE_GREY = 127.5
"""A face without contrast is told to find more light below it, less light above."""
MIN_INSIDE = 0.85
"""Share of the box. The box ends at chin and forehead, so that less means a missing chin, cheek or brow."""

MAX_YAW = 40.0
"""Degrees. Guided captures ask for about 30 to either side; the mesh is off by a few."""
MAX_PITCH = 30.0
"""Degrees up or down; LFW reaches 26."""
MAX_ROLL = 35.0
"""Degrees to either side; LFW reaches 28. Alignment turns it back, so this only refuses what is no ordinary capture."""


def measure(image: RGBImage, face: Face) -> Quality:
    """The quality of one face found in this (h, w, 3) uint8 RGB image, measured on its aligned crop."""
    grey = cv2.cvtColor(facenet_crop(image, face.points), cv2.COLOR_RGB2GRAY)
    mean, deviation = cv2.meanStdDev(grey)
    _, edges = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    rows, columns = image.shape[:2]
    box = face.box
    seen_width = max(0.0, min(box.right, columns) - max(box.left, 0.0))
    seen_height = max(0.0, min(box.bottom, rows) - max(box.top, 0.0))
    return Quality(
        face_width=box.width,
        sharpness=float(edges[0, 0]) ** 2,
        brightness=float(mean[0, 0]),
        contrast=float(deviation[0, 0]),
        inside=seen_width * seen_height / max(box.width * box.height, 1e-9),
    )


def check_faces(faces: list[Face]) -> list[Reason]:
    """Why these faces (the largest first) don't show exactly one person before the camera; empty when they do."""
    if not faces:
        return [Reason.NO_FACE]
    smallest = BYSTANDER_WIDTH * faces[0].box.width
    if any(face.box.width >= smallest for face in faces[1:]):
        return [Reason.SEVERAL_FACES]
    return []


def check_capture(face: Face, quality: Quality) -> list[Reason]:
    """Why this capture can't be used, the worst reason first; empty when it can.

    Args:
        face: from ``FaceEngine.find_faces``.
        quality: of that face, from ``FaceEngine.measure``.
    """
    pose = face.pose
    pale = quality.contrast < MIN_CONTRAST
    dark_side = quality.brightness < MIDDLE_GREY
    turned = abs(pose.yaw) > MAX_YAW or abs(pose.pitch) > MAX_PITCH or abs(pose.roll) > MAX_ROLL
    findings = (
        (quality.face_width < MIN_FACE_WIDTH, Reason.TOO_SMALL),
        (quality.inside < MIN_INSIDE, Reason.CUT_OFF),
        (quality.brightness < MIN_BRIGHTNESS or (pale and dark_side), Reason.TOO_DARK),
        (quality.brightness > MAX_BRIGHTNESS or (pale and not dark_side), Reason.TOO_BRIGHT),
        (quality.sharpness < MIN_SHARPNESS, Reason.BLURRED),
        (turned, Reason.TURNED_AWAY),
    )
    return [reason for found, reason in findings if found]
