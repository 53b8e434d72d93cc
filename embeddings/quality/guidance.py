"""What a person before the camera should do next, judged from one small frame.

Pure functions on what the detectors and the mesh say. A frame is 320 pixels on its longer side or about that; at 320 x
240 the brightness, the visibility and the pose of a face are within a few percent of those at 640 x 480, so that the
limits of ``quality`` hold. Two do not: the face's width, which counts here as a share of the picture, and the
sharpness, of which a smaller picture keeps more than a capture has and dim light leaves less.

The constants were chosen on LFW's photographs in shared/faces, drawn as a webcam would have taken them
(``tests.guidance_films``); the films that are reported show other people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from embeddings.core.types import Face, Pose, Quality, Reason, RGBImage
from embeddings.quality.frame_quality import covers_the_lens, face_levels, is_blown_out, is_blurred, is_dark, is_white
from embeddings.quality.quality import MAX_PITCH, MAX_ROLL, MAX_YAW, check_capture, check_faces


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

HIDING = {Hint.CUT_OFF, Hint.TOO_DARK, Hint.TOO_BRIGHT, Hint.BLURRED, Hint.TURNED_AWAY}
"""What hides a face as well as something before it does: it is said to be covered only without them."""

MIN_WIDTH = 0.20
"""Share of the picture's longer side that the face's box is wide, at least: 128 pixels of 640, more than the networks
take in (``selection.PLENTY_WIDTH``). A person at arm's length from a laptop has 0.30 (LFW's drawn so: 0.28 to 0.32),
one twice as far away 0.14 to 0.18."""
MAX_WIDTH = 0.68
"""Share of the picture's shorter side, at most. The box ends at brow and chin; a head is half as high again, and with
this it fills the picture. Whoever fills the widget's oval, which is 0.78 of the height, has 0.55 to 0.62."""

MIN_INSIDE = 0.9
"""Share of the face's box, at least: some more than a capture needs, as whoever sits at the edge moves on."""

LITTLE_TURNED = 12.0
SEEN_AHEAD = 12.0
"""``Quality.visibility`` of a head turned by fewer degrees than that, at least; captures must leave room for turned
ones. Of 200 frames of ORL's small faces the lowest has 12.2, of LFW's 21; none of them is without a mesh."""
MAX_EYE_LIGHT = 1.8
"""``Quality.eye_light``, at most: where the cheeks are so much darker they are covered. LFW reaches 1.55."""

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
    """What captures are not refused for: covered cheeks, and little of a head to be seen that is not turned."""
    unseen = quality.visibility is None or quality.visibility < SEEN_AHEAD
    return quality.eye_light > MAX_EYE_LIGHT or (unseen and not _is_turned(face.pose))


def _is_turned(pose: Pose) -> bool:
    return abs(pose.yaw) > LITTLE_TURNED or abs(pose.pitch) > LITTLE_TURNED


def _turn(pose: Pose, target: Target, ahead: Ahead) -> set[Hint]:
    if abs(pose.roll) > MAX_ROLL:  # of a head on its side the other angles mean little
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


def _back(aside: float, from_above: Hint, from_below: Hint) -> set[Hint]:
    """The way back to the level, where a head is too far from it."""
    if abs(aside) <= ASIDE:
        return set()
    return {from_above if aside > 0 else from_below}


def _without_a_face(image: RGBImage) -> Hint:
    """Why there may be no face to see: something on the lens, no light, too much of it, or nobody."""
    if covers_the_lens(image):
        return Hint.CAMERA_COVERED
    if is_dark(image):
        return Hint.TOO_DARK
    return Hint.TOO_BRIGHT if is_white(image) else Hint.NO_FACE
