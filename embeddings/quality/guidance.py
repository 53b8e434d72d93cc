"""Chooses the next hint for a user in front of the camera, from one small frame.

Pure functions on the results of the detectors and the mesh. A frame has about 320 pixels on its longer side. At 320 x
240, the brightness, the visibility and the pose of a face are within a few percent of those at 640 x 480, so most
limits of ``quality`` apply. The limit for the width does not apply: the width counts here as a share of the picture.
The limit for the sharpness is not enough: the sharpness is higher in a smaller picture than in a capture, and dim light
lowers it. So ``frame_quality.MIN_DETAIL`` is a second limit for blur.

The constants were chosen on LFW's photographs, rendered like pictures of a webcam (``tests.guidance_films``); the films
for the reported figures show other people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings.core.types import Face, Pose, Quality, Reason, RGBImage
from embeddings.quality.frame_quality import covers_the_lens, face_levels, is_blown_out, is_blurred, is_dark, is_white
from embeddings.quality.quality import MAX_PITCH, MAX_ROLL, MAX_YAW, check_capture, check_faces


class Target(StrEnum):
    """A pose that a sign-up asks for; ``left`` and ``right`` are the user's own."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Hint(StrEnum):
    """A change to ask for before the picture is taken: every reason for a refusal, and further hints."""

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
    """The pose of a user's head while they look ahead, in degrees as ``Pose``; turns are measured from it."""

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
"""The most urgent hint first: first the position, then the light, and only then the turns. A direction to turn comes
before ``TURNED_AWAY``, because it is more helpful."""

HIDING = {Hint.CUT_OFF, Hint.TOO_DARK, Hint.TOO_BRIGHT, Hint.BLURRED, Hint.TURNED_AWAY}
"""Hints whose cause hides a face as an occlusion does; the face is reported as covered only without them."""

MIN_WIDTH = 0.20
"""The minimal width of the face's box as a share of the picture's longer side: 128 pixels of 640, more than the
networks need (``selection.PLENTY_WIDTH``). A person at arm's length from a laptop has 0.30 (rendered from LFW: 0.28 to
0.32), a person twice as far away 0.14 to 0.18."""
MAX_WIDTH = 0.68
"""The maximal width as a share of the picture's shorter side. The box ends at brow and chin; a head is half as high
again, so at this width it fills the picture. A person who fills the widget's oval, which is 0.78 of the height, has
0.55 to 0.62."""

MIN_INSIDE = 0.9
"""The minimal share of the face's box inside the picture. It is higher than for a capture, because a person at the edge
tends to move further."""

LITTLE_TURNED = 12.0
SEEN_AHEAD = 12.0
"""The minimal ``Quality.visibility`` of a head turned by less than ``LITTLE_TURNED`` degrees; captures need a lower
limit for turned heads. The lowest of 200 frames of ORL's small faces has 12.2, of LFW's 21; all of them have a mesh."""
MAX_EYE_LIGHT = 1.8
"""The maximal ``Quality.eye_light``: above it, the cheeks are so dark that they are covered. LFW reaches 1.55."""

TURN = 7.0
"""Degrees from ahead that a head must be turned to a side. A turn rendered as 20 degrees is measured as 7 to 21. The
mesh's yaw of a still head varies by less than 2. ``selection.MIN_TURN`` needs 3 between two captures."""
NOD = 6.0
"""Degrees up or down from ahead. A nod rendered as 15 degrees is measured as 6 to 14."""
ASIDE = 15.0
"""Degrees that a head may nod while it turns, or turn while it nods, because a person's turns are never quite level."""

FRONT_YAW = 8.0
"""Degrees to either side of the camera's axis that count as ahead: the mesh is off by up to 5 on a level head."""
FRONT_PITCH = 15.0
"""Degrees up or down that count as ahead, because cameras are above screens, or below the eyes on a desk."""

MOST_YAW = MAX_YAW - 10.0
MOST_PITCH = MAX_PITCH - 8.0
"""Degrees from the camera's axis, below the limits of captures, at which a person is told that they have turned too
far: the head moves on until the picture is taken."""


def guide(
    image: RGBImage,
    faces: Sequence[Face],
    quality: Quality | None,
    target: Target | None = None,
    ahead: Ahead | None = None,
) -> list[Hint]:
    """Returns what to change before a picture is taken, the most urgent hint first; empty if it can be taken now.

    Args:
        image: the frame, (h, w, 3) uint8 RGB.
        faces: the faces in it, the largest first.
        quality: of the first face; None without a face.
        target: the wanted pose; None for any usable view, as for a login.
        ahead: this person's own pose when looking ahead, from which turns are measured; the camera's axis if unknown.
            The front itself is always judged by the camera's axis.
    """
    if not faces or quality is None:
        return [_without_a_face(image)]
    face = faces[0]
    refusals = {Hint(reason.value) for reason in check_capture(face, quality)}
    hints = {Hint(reason.value) for reason in check_faces(list(faces))}
    hints |= refusals - {Hint.TOO_SMALL, Hint.COVERED}
    hints |= _distance(image, face)
    levels = face_levels(image, face.box)
    findings = (
        (quality.inside < MIN_INSIDE, Hint.CUT_OFF),
        (levels is not None and is_blown_out(levels), Hint.TOO_BRIGHT),
        (levels is not None and is_blurred(levels), Hint.BLURRED),
    )
    hints |= {hint for found, hint in findings if found}
    turns = _turn(face.pose, target, ahead or Ahead()) if target else set()
    covered = Hint.COVERED in refusals or _looks_covered(face, quality)
    if covered and not hints & HIDING and not (turns and _is_turned(face.pose)):
        hints.add(Hint.COVERED)
    return sorted(hints | turns, key=ORDER.index)


def _distance(image: RGBImage, face: Face) -> set[Hint]:
    shorter, longer = sorted(image.shape[:2])
    if face.box.width > MAX_WIDTH * shorter:
        return {Hint.TOO_CLOSE}
    return {Hint.TOO_SMALL} if face.box.width < MIN_WIDTH * longer else set()


def _looks_covered(face: Face, quality: Quality) -> bool:
    """Whether the cheeks are dark or little of an unturned head is visible, for which a capture is not refused."""
    unseen = quality.visibility is None or quality.visibility < SEEN_AHEAD
    return quality.eye_light > MAX_EYE_LIGHT or (unseen and not _is_turned(face.pose))


def _is_turned(pose: Pose) -> bool:
    return abs(pose.yaw) > LITTLE_TURNED or abs(pose.pitch) > LITTLE_TURNED


def _turn(pose: Pose, target: Target, ahead: Ahead) -> set[Hint]:
    if abs(pose.roll) > MAX_ROLL:  # for a head on its side the other angles mean little
        return set()
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


def _back(aside: float, if_positive: Hint, if_negative: Hint) -> set[Hint]:
    """Returns the hint that leads back from this angle, in degrees; none up to ``ASIDE``."""
    if abs(aside) <= ASIDE:
        return set()
    return {if_positive if aside > 0 else if_negative}


def _without_a_face(image: RGBImage) -> Hint:
    """Returns why no face may be visible: a covered lens, too little light, too much light, or nobody there."""
    if covers_the_lens(image):
        return Hint.CAMERA_COVERED
    if is_dark(image):
        return Hint.TOO_DARK
    return Hint.TOO_BRIGHT if is_white(image) else Hint.NO_FACE
