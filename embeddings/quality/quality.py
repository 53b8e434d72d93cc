"""Decides whether a capture is good enough, and why not. Every threshold here states its origin."""

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Face, Quality, Reason, RGBImage
from embeddings.detect.align import facenet_crop

BYSTANDER_WIDTH = 1 / 3
"""A face narrower than this share of the largest one's width is in the background and is not counted."""

# Chosen with FaceNet on LFW's photographs, made smaller, darker, paler or blurred step by step. A limit is where, for
# one in twenty, the cosine of a degraded capture and the person's other photographs falls below 0.58 (undegraded:
# 0.72). SFace recognises more in the dark (0.60 at a brightness of 14) and in blur (0.62 at a sharpness of 7), and
# about as much in glaring light (0.54 at 191). The limits are those of the weaker network.

MIN_FACE_WIDTH = 40.0
"""Pixels. At 37 the cosine of the weakest twentieth is 0.67, at 26 it is 0.61."""
MIN_BRIGHTNESS = 30.0
"""Mean grey level. Low, so that dark skin in ordinary light passes: at 30 the weakest twentieth is at 0.57."""
MAX_BRIGHTNESS = 215.0
"""Mean grey level. At 209, with clipped highlights, the weakest twentieth is at 0.50, at 177 at 0.70."""
MIN_CONTRAST = 12.0
"""Standard deviation of grey levels. At 13.5 the weakest twentieth is at 0.58, at 8 at 0.45."""
MIN_SHARPNESS = 8.0
"""Grey levels squared. A Gaussian blur of 2 pixels on a face of 107 gives 9 (0.58), of 2.5 pixels 7 (0.50).
Guidance, whose frames are smaller, also judges blur by ``frame_quality.MIN_DETAIL``."""
MIDDLE_GREY = 127.5
"""With too little contrast, the user is told to find more light below this level, and less light above it."""
MIN_INSIDE = 0.85
"""Share of the box. The box ends at chin and forehead, so a lower share means a missing chin, cheek or brow."""

MAX_YAW = 40.0
"""Degrees. Guided captures ask for about 30 to either side; the mesh is off by a few."""
MAX_PITCH = 30.0
"""Degrees up or down; LFW reaches 26."""
MAX_ROLL = 35.0
"""Degrees to either side; LFW reaches 28. Alignment undoes the roll, so this only refuses unusual captures."""

# Occlusion, measured on LFW's faces covered step by step with drawn scarves, masks, hands, bars, halves and patches.
# The cosine is that of FaceNet and MobileFaceNet together (1 : 1.4), a combination that the product no longer contains.
# No logit separates harmful occlusion: the cosine decreases first (at a logit of 25 the weakest twentieth of the
# covered faces is at 0.55 already), and a turned or blurred head has a low logit too. So both limits are as high as
# possible without refusing an uncovered face. Of the covered faces that the mesh network saw, they find 79 % of those
# with a cosine below 0.4, and 63 % of those below 0.58. They do not find a hand or a mask over the mouth alone (logit
# 15 and more, cosine 0.7), a cap down to the brows, or glasses that are clear or reflect something light. Low contrast
# around the mouth would find the drawn hands and masks, but only because they are drawn smooth, so it is not used.

MIN_VISIBILITY = 8.0
"""Logit. The lowest of LFW is 10.2, a head turned by 37 degrees; 1 of 400 on ORL is below. Unknown without a mesh."""
MIN_EYE_LIGHT = 0.4
"""Share of the cheeks' grey level. Dark glasses hardly change the logit (30 and 24 on two photographs with them) but
lower this share to 0.14 to 0.33; of 640 faces without such glasses the darkest has 0.46."""
EYES = (np.s_[57:75, 38:70], np.s_[57:75, 90:122])
CHEEKS = (np.s_[84:100, 38:58], np.s_[84:100, 102:122])
"""Rows and columns of FaceNet's 160 x 160 crop, around the template's eyes and below them."""
EYE_QUARTILE = 0.75
"""The quantile that gives the brightness of the eye's white and lids, whatever the size of lashes, pupil and frame."""


def measure(image: RGBImage, face: Face) -> Quality:
    """Measures the quality of one face found in this (h, w, 3) uint8 RGB image, on its aligned crop."""
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
        visibility=face.mesh_logit,
        eye_light=_eye_light(np.asarray(grey, np.uint8)),
    )


def _eye_light(grey: NDArray[np.uint8]) -> float:
    """Returns ``Quality.eye_light`` of a (160, 160) crop."""
    cheeks = sum(float(grey[cheek].mean()) for cheek in CHEEKS) / len(CHEEKS)
    eyes = [grey[eye].ravel() for eye in EYES]
    rank = int(EYE_QUARTILE * eyes[0].size)
    return max(float(np.partition(eye, rank)[rank]) for eye in eyes) / max(cheeks, 1.0)


def check_faces(faces: list[Face]) -> list[Reason]:
    """Returns why these faces (the largest first) do not show exactly one person in front; empty if they do."""
    if not faces:
        return [Reason.NO_FACE]
    smallest = BYSTANDER_WIDTH * faces[0].box.width
    if any(face.box.width >= smallest for face in faces[1:]):
        return [Reason.SEVERAL_FACES]
    return []


def check_capture(face: Face, quality: Quality) -> list[Reason]:
    """Returns why this capture cannot be used, the worst reason first; empty if it can.

    A face is reported as covered only if nothing else is wrong that would hide it too.

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
    reasons = [reason for found, reason in findings if found]
    return [Reason.COVERED] if not reasons and _covered(quality) else reasons


def _covered(quality: Quality) -> bool:
    unseen = quality.visibility is not None and quality.visibility < MIN_VISIBILITY
    return unseen or quality.eye_light < MIN_EYE_LIGHT
