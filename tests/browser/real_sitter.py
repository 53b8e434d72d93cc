"""A real person before the camera, who does what a page asks for: movements cut out of a video by the face mesh.

Each movement begins with one frame in which the person looks ahead, from shortly before a blink. The frames of a
movement are shifted as a whole, so that the face begins at the same place, and the first ones are blended. To come
closer, the frame that looks ahead is enlarged, as coming closer looks to a camera.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage
from embeddings.detect.finder import FaceFinder
from embeddings.liveness import Prompt, Shot
from embeddings.liveness.performance import movement, perform
from tests.browser.sitter_camera import course

Floats = NDArray[np.float64]

PER_SECOND = 30
"""Frames per second of the camera."""

GOALS = {"turn_left": (1, 0, 18.0), "turn_right": (-1, 0, 18.0), "look_up": (0, 1, 13.0), "look_down": (0, -1, 9.0)}
"""By hint: the signs of the yaw and the pitch, and the degrees from ahead at which the movement ends."""

BEGUN = 5.0
"""Degrees from ahead up to which a movement has not begun."""
ASIDE = 14.0
"""Degrees by which a head may nod while it turns, or turn while it nods."""
LONGEST = 1.5
"""Seconds that a movement may take."""

BLINK, LEAD = 24, 16
"""Frames around closed eyes in which a blink shows, and those before them."""
STEADY = 4.0
"""Degrees that a head may move in a blink."""
LEVEL = (8.0, 15.0)
"""Degrees to the sides, and up or down, of a head that looks ahead, as the page accepts it."""

BLEND = 8
"""Frames in which the frame that looks ahead turns into the first frame of a movement."""

CLOSER, APPROACH = 1.5, 16
"""Enlargement of a face that has come closer, and the frames until then."""


@dataclass(frozen=True)
class Video:
    """The frames of a video with one face that has a mesh.

    Attributes:
        shots: the frames, with their times in the video.
        poses: yaw and pitch in degrees, (shots, 2).
        places: the middle of the face in pixels, (shots, 2).
    """

    shots: Sequence[Shot]
    poses: Floats
    places: Floats


def look_at(frames: Sequence[RGBImage], finder: FaceFinder) -> Video:
    """Finds the face in each frame of a video."""
    found = [(number / PER_SECOND, frame, finder.find(frame)) for number, frame in enumerate(frames)]
    shots = [
        Shot(frame, faces[0], at, 0) for at, frame, faces in found if len(faces) == 1 and faces[0].mesh is not None
    ]
    places = [np.add(shot.face.mesh.min(axis=0), shot.face.mesh.max(axis=0))[:2] / 2 for shot in shots]
    return Video(shots, np.array([[shot.face.pose.yaw, shot.face.pose.pitch] for shot in shots]), np.array(places))


def movements_in(video: Video) -> Mapping[str, Sequence[RGBImage]]:
    """Returns the frames of the movements that a video holds, by hint; empty if nobody in it blinks while ahead."""
    blink = _blink(video)
    if not blink:
        return {}
    ahead = blink[0]
    ways = {hint: _way(video, ahead, goal) for hint, goal in GOALS.items()}
    films = {hint: list(_shifted(video, ahead, way)) for hint, way in [*ways.items(), ("blink", blink)] if way}
    front = films["blink"][0]
    end = list(_blend(front, films["blink"][-1]))
    films = {hint: [*_blend(front, film[0]), *film] for hint, film in films.items()}
    films["blink"] = [*films["blink"][BLEND:], *reversed(end)]
    return films | {"move_closer": list(_approach(front, video.places[ahead]))}


def _way(video: Video, ahead: int, goal: tuple[int, int, float]) -> Sequence[int]:
    """Returns the indices of the frames of a movement, the one that begins most like ``ahead``; empty without one."""
    yaw, pitch, degrees = goal
    moved = video.poses - video.poses[ahead]
    ways = _ways(moved @ (yaw, pitch), np.abs(moved @ (pitch, yaw)), degrees)
    return min(ways, key=lambda way: float(np.hypot(*moved[way[0]])), default=[])


def _ways(along: Floats, aside: Floats, degrees: float) -> Iterator[Sequence[int]]:
    """Yields the indices of the frames of every movement from ahead to these degrees."""
    begin = None
    for number, moved in enumerate(along):
        if abs(moved) <= BEGUN and aside[number] <= BEGUN:
            begin = number
        elif begin is not None and moved >= degrees:
            if number - begin <= LONGEST * PER_SECOND and aside[begin : number + 1].max() <= ASIDE:
                yield range(begin, number + 1)
            begin = None


def _blink(video: Video) -> Sequence[int]:
    """Returns the indices of the frames of the clearest blink of a head that looks ahead; empty without one."""
    best: Sequence[int] = []
    clearest = 1.0
    for begin in range(LEAD, len(video.shots) - BLINK + 1):
        way = list(range(begin, begin + BLINK))
        poses = video.poses[way]
        if (np.abs(poses).max(axis=0) > LEVEL).any() or np.ptp(poses, axis=0).max() > STEADY:
            continue
        shots = [video.shots[number] for number in way]
        reached = perform(shots, movement(shots), Prompt.BLINK, np.arange(BLINK)).reached
        if reached >= clearest:
            best, clearest = [*range(begin - LEAD, begin), *way], reached
    return best


def _blend(front: RGBImage, frame: RGBImage) -> Iterator[RGBImage]:
    """Yields frames in which the one that looks ahead turns into another one."""
    for share in np.linspace(0.0, 1.0, BLEND, endpoint=False):
        yield np.asarray(cv2.addWeighted(front, 1.0 - share, frame, share, 0.0), np.uint8)


def _shifted(video: Video, ahead: int, way: Sequence[int]) -> Iterator[RGBImage]:
    """Yields the frames with these indices, shifted so that the first one's face is where the person looks ahead."""
    shift = video.places[ahead] - video.places[way[0]]
    for number in way:
        yield _moved(video.shots[number].image, 1.0, shift)


def _approach(front: RGBImage, place: Floats) -> Iterator[RGBImage]:
    """Yields the frame that looks ahead, larger and larger around the middle of the face."""
    for share in course(APPROACH):
        scale = 1.0 + (CLOSER - 1.0) * float(share)
        yield _moved(front, scale, (1.0 - scale) * place)


def _moved(frame: RGBImage, scale: float, shift: Floats) -> RGBImage:
    """Enlarges a frame from its upper left corner, and shifts it by this many pixels; its edge is repeated."""
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    size = frame.shape[1], frame.shape[0]
    return np.asarray(cv2.warpAffine(frame, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)
