"""A drawn person before the camera, who does what a page asks for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.pad.heads import Head, make_head
from benchmarks.pad.people import packaged_people
from benchmarks.pad.scene import HEIGHT, WIDTH, Lens, draw
from embeddings.core.types import RGBImage
from embeddings.detect.finder import FaceFinder
from tests.browser.sitter_camera import course, sitter_camera
from tests.camera_film import empty_room

PER_SECOND = 20
"""Frames per second of the camera."""

FRAMES = 14
"""Frames of one movement: 0.7 seconds of the camera."""

FOCAL = 390.0
"""Focal length, in pixels of a frame."""


@dataclass(frozen=True)
class Occasion:
    """How a person sits before the camera on one day: distance in centimetres, and extent of movements in degrees."""

    distance: float
    aside: float
    turn: float
    nod: float
    room: int


SIGN_UP = Occasion(distance=44.0, aside=0.0, turn=26.0, nod=21.0, room=1)
LOGIN = Occasion(distance=46.0, aside=1.5, turn=29.0, nod=19.0, room=2)


def astronaut_before_the_camera(finder: FaceFinder, occasion: Occasion) -> str:
    """Returns the script that gives a page a camera with Eileen Collins before it."""
    (person,) = (one for one in packaged_people(finder.find) if one.name == "astronaut")
    head = make_head(person.portraits[0].level, person.portraits[0].mesh)
    return sitter_camera({hint: _film(head, hint, occasion) for hint in _MOVES}, PER_SECOND)


_MOVES: Mapping[str, tuple[float, float, float, float]] = {
    "turn_left": (1.0, 0.0, 0.0, 0.0),
    "turn_right": (-1.0, 0.0, 0.0, 0.0),
    "look_up": (0.0, 1.0, 0.0, 0.0),
    "look_down": (0.0, -0.6, 0.0, 0.0),
    "move_closer": (0.0, 0.0, 0.5, 0.0),
    "blink": (0.0, 0.0, 0.0, 1.15),
}
"""By hint: the share of the turn to the left, of the nod up, of the approach to the camera, and of closed eyes."""


def _film(head: Head, hint: str, occasion: Occasion) -> Iterator[RGBImage]:
    """Yields the frames of one movement."""
    turn, nod, closer, shut = _MOVES[hint]
    room = np.asarray(cv2.resize(empty_room(occasion.room), (WIDTH, HEIGHT)), np.uint8)
    for share in course(FRAMES, returning=hint == "blink"):
        place = np.array([occasion.aside, 0.0, occasion.distance / (1.0 + closer * share)])
        points = head.posed(turn * occasion.turn * share, nod * occasion.nod * share, 0.0, shut * share, place)
        yield draw(head.surface, points, Lens(FOCAL), room)
