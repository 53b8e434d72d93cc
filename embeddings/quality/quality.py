"""Whether a capture is good enough, and why not. Every threshold here says where it comes from."""

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Face, Quality, Reason, RGBImage
from embeddings.detect.align import facenet_crop

BYSTANDER_WIDTH = 1 / 3
"""A face narrower than this share of the largest one's width stands in the background and is not counted."""

# Chosen with FaceNet on the LFW faces in shared/faces, made smaller, darker, paler or blurred step by step: a limit is
# where the cosine of a spoilt capture and its person's other photographs falls below 0.58 for one in twenty (unspoilt:
# 0.72). SFace sees more in the dark (0.60 at a brightness of 14) and through blur (0.62 at a sharpness of 7), and about
# as much in glaring light (0.54 at 191); the limits are those of the weaker network.

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

# What covers a face, on LFW's faces covered step by step by drawn scarves, masks, hands, bars, halves and patches; the
# cosine is that of FaceNet and MobileFaceNet together (1 : 1.4).
# There is no logit below which covering begins to hurt: the cosine suffers first (at a logit of 25 the weakest
# twentieth of the covered is at 0.55 already), and a turned or blurred head has a low logit too. So both limits are
# as high as they can be without refusing a face that nothing covers. Where the mesh saw the face at all they find 79
# % of the covered ones whose cosine is below 0.4, and 63 % of those below 0.58. Not seen: a hand or a mask over the
# mouth alone (logit 15 and more, cosine 0.7), a cap down to the brows, glasses that are clear or mirror something
# light. Little contrast around the mouth would tell the drawn hands and masks, but because they are drawn smooth: it
# is not used.

MIN_VISIBILITY = 8.0
"""Logit. The lowest of LFW is 10.2, a head turned by 37 degrees; 1 of 400 on ORL is below. Unknown without a mesh."""
MIN_EYE_LIGHT = 0.4
"""Share of the cheeks' grey level. Dark glasses hardly move the logit (30 and 24 on two photographs of them) but bring
this to 0.14 to 0.33; of 640 faces without such glasses the darkest has 0.46."""
EYES = (np.s_[57:75, 38:70], np.s_[57:75, 90:122])
CHEEKS = (np.s_[84:100, 38:58], np.s_[84:100, 102:122])
"""Rows and columns of FaceNet's 160 x 160 crop, around where the template puts the eyes and below them."""
EYE_QUARTILE = 0.75
"""How light the eye's white and lids are, whatever the size of lashes, pupil and frame."""


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
        visibility=face.mesh_logit,
        eye_light=_eye_light(np.asarray(grey, np.uint8)),
    )


def _eye_light(grey: NDArray[np.uint8]) -> float:
    """``Quality.eye_light`` of a (160, 160) crop."""
    cheeks = sum(float(grey[cheek].mean()) for cheek in CHEEKS) / len(CHEEKS)
    eyes = [grey[eye].ravel() for eye in EYES]
    rank = int(EYE_QUARTILE * eyes[0].size)
    return max(float(np.partition(eye, rank)[rank]) for eye in eyes) / max(cheeks, 1.0)


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

    A face is said to be covered only where nothing else is wrong with it that hides it just as well.

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
