"""Films of people before a camera, for every hint of the guidance and every pose that is ready.

Each is drawn at random from a photograph: the person, their distance and position, the room, the light, the noise, and
the strength of the shown fault. A film moves a little from frame to frame.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import Face, RGBImage
from embeddings.quality.guidance import Hint, Target
from tests.camera_faults import covered_lens, dark_glasses, exposed, lit, make_noise, noisy, out_of_focus, scarf, tinted
from tests.camera_film import empty_room
from tests.sitters import Find, Sitter, Sitting, in_room, moved, side_by_side

FRAMES = 3
"""Frames of a film: about a second of guidance."""

READY = "ready"
THEN = ", then "

STEPS = 6
"""Frames of a film in which a person turns."""

LOOKING = (None, Target.FRONT)
"""The targets, in turn, if the pose does not matter: that of a login, and the first of a sign-up."""

ROOM_EVERY = 2
"""Every second film is in a drawn room, the others in the room of the photograph."""


@dataclass(frozen=True)
class Film:
    """What the camera sees, and what the guidance should say.

    Attributes:
        hint: the leading hint, or ``READY``; for a film with two phases, both hints joined by ``THEN``.
        frames: each (480, 640, 3) uint8 RGB.
        target: the wanted pose, as the widget sends it.
        front: the same person looking ahead, if the target is another pose.
    """

    hint: str
    frames: Sequence[RGBImage]
    target: Target | None = None
    front: RGBImage | None = None


@dataclass
class Studio:
    """Draws films of these people."""

    sitters: Sequence[Sitter]
    find: Find
    others: Sequence[RGBImage] = field(default_factory=list)
    """Pictures without a person, such as a cat's, each (480, 640, 3)."""

    def films(self, recipes: Mapping[str, "Recipe"], count: int, seed: int) -> Iterator[tuple[str, Film]]:
        """Yields this many films per recipe, with the recipe's name."""
        for row, (name, draw) in enumerate(recipes.items()):
            for number in range(count):
                yield name, draw(self, Take(number, np.random.default_rng([seed, row, number])))

    def sitter(self, take: "Take") -> Sitter:
        """Returns the person for this film."""
        return self.sitters[take.number % len(self.sitters)]

    def picture(self, take: "Take", sitting: Sitting) -> RGBImage:
        """Returns a picture of a person in this position, in sufficient light."""
        picture = self.sitter(take).seen(sitting)
        if take.number // len(self.sitters) % ROOM_EVERY:
            picture = in_room(picture, sitting, empty_room(int(take.random.integers(1 << 30))))
        gain, red, blue = take.random.uniform([0.85, 0.94, 0.94], [1.1, 1.06, 1.06])
        return tinted(lit(picture, gain), red, blue)

    def face(self, picture: RGBImage) -> Face:
        """Returns the single face in a picture."""
        return self.find(picture)[0]


@dataclass(frozen=True)
class Take:
    """One film's number within its recipe, and its random numbers."""

    number: int
    random: np.random.Generator

    @cached_property
    def noise(self) -> NDArray[np.float32]:
        """The noise of the sensor."""
        return make_noise(self.random)

    def between(self, low: float, high: float) -> float:
        """Returns a random number from low to high."""
        return float(self.random.uniform(low, high))

    def sitting(self, **angles: float) -> Sitting:
        """Returns a position at about arm's length and in the middle, level except for these angles."""
        centre = (0.5 + self.between(-0.07, 0.07), 0.47 + self.between(-0.05, 0.05))
        return Sitting(self.between(0.34, 0.52), centre, **angles)

    def film(self, picture: RGBImage, noise: tuple[float, float] = (1.0, 5.0)) -> list[RGBImage]:
        """Returns frames of a picture over a second."""
        return [self.frame(picture, deviation) for deviation in self.random.uniform(*noise, FRAMES)]

    def frame(self, picture: RGBImage, deviation: float = 2.0) -> RGBImage:
        """Returns the picture a moment later."""
        shift = (self.between(-4, 4), self.between(-4, 4))
        again = moved(picture, shift, self.between(0.99, 1.01), self.between(-1.5, 1.5))
        return noisy(lit(again, self.between(0.97, 1.03)), deviation, self.noise, self.random)


Recipe = Callable[[Studio, Take], Film]


def posed(hint: str, target: Target, yaw: tuple[float, float] = (0, 0), pitch: tuple[float, float] = (0, 0)) -> Recipe:
    """Makes films of a person who turns by a random angle in these ranges."""

    def draw(studio: Studio, take: Take) -> Film:
        ranges = {"yaw": yaw, "pitch": pitch}
        angles = {name: take.between(*angle) for name, angle in ranges.items() if angle != (0, 0)}
        sitting = take.sitting(**angles)
        front = None
        if target is not Target.FRONT:
            front = take.frame(studio.picture(take, replace(sitting, yaw=0.0, pitch=0.0)))
        return Film(hint, take.film(studio.picture(take, sitting)), target, front)

    return draw


def any_pose(hint: str, change: Callable[[Studio, Take, RGBImage], RGBImage]) -> Recipe:
    """Makes films of a usable view, changed by ``change``; every second film is a sign-up's front."""

    def draw(studio: Studio, take: Take) -> Film:
        picture = change(studio, take, studio.picture(take, take.sitting()))
        return Film(hint, take.film(picture), LOOKING[take.number % 2])

    return draw


def placed(hint: str, sitting: Callable[[Take], Sitting], targets: Sequence[Target | None] = LOOKING) -> Recipe:
    """Makes films of a person in another position."""

    def draw(studio: Studio, take: Take) -> Film:
        target = targets[take.number % len(targets)]
        return Film(hint, take.film(studio.picture(take, sitting(take))), target)

    return draw


def looking_about(take: Take) -> Sitting:
    """Returns a position as at a login."""
    return take.sitting(yaw=take.between(-14, 14), pitch=take.between(-10, 10))


def aside(take: Take) -> Sitting:
    """Returns a position with about a quarter of the face beyond an edge, but still visible."""
    share = take.between(0.36, 0.5)
    width, beyond = share * 0.75, take.between(0.24, 0.33)
    near, far = width * (0.5 - beyond), 1 - width * (0.5 - beyond)
    x, y = [(near, 0.5), (far, 0.5), (take.between(0.4, 0.6), 1 - share * (0.5 - beyond))][take.number % 3]
    return replace(take.sitting(), share=share, centre=(x, y))


def too_dark(studio: Studio, take: Take, picture: RGBImage) -> RGBImage:
    return exposed(picture, studio.face(picture), take.between(4, 20))


def too_bright(studio: Studio, take: Take, picture: RGBImage) -> RGBImage:
    return exposed(picture, studio.face(picture), take.between(226, 240))


def blurred(studio: Studio, take: Take, picture: RGBImage) -> RGBImage:
    return out_of_focus(picture, take.between(0.06, 0.085) * studio.face(picture).box.width)


def in_dark_glasses(studio: Studio, take: Take, picture: RGBImage) -> RGBImage:
    return dark_glasses(picture, studio.face(picture), int(take.random.integers(5, 40)), take.between(0.7, 0.92))


def in_a_scarf(studio: Studio, take: Take, picture: RGBImage) -> RGBImage:
    red, green, blue = (int(value) for value in take.random.integers(20, 200, 3))
    return scarf(picture, studio.face(picture), (red, green, blue), take.random)


def two_people(studio: Studio, take: Take) -> Film:
    pictures = []
    for number, x in ((take.number, 0.27), (take.number + 1, 0.74)):
        one = Take(number, take.random)
        pictures.append(studio.picture(one, replace(one.sitting(), share=take.between(0.3, 0.42), centre=(x, 0.47))))
    return Film(Hint.SEVERAL_FACES, take.film(side_by_side(*pictures)), LOOKING[take.number % 2])


def nobody(studio: Studio, take: Take) -> Film:
    room = lit(empty_room(int(take.random.integers(1 << 30))), take.between(0.5, 1.3))
    if studio.others and take.number % 3 == 0:
        room = lit(studio.others[take.number // 3 % len(studio.others)], take.between(0.7, 1.2))
    elif take.number % 3 == 1:  # the person has just left the picture
        gone = replace(take.sitting(), centre=(take.between(-0.5, -0.35), 0.5))
        room = in_room(studio.picture(take, gone), gone, room)
    return Film(Hint.NO_FACE, take.film(room), LOOKING[take.number % 2])


def lens_covered(studio: Studio, take: Take) -> Film:
    red = take.between(60, 230)
    colour = [
        (take.between(0, 14),) * 3,
        (red, take.between(0.15, 0.6) * red, take.between(0.1, 0.5) * red),
        tuple(take.random.uniform(8, 34) * take.random.uniform(0.8, 1.2, 3)),
    ][take.number % 3]
    return Film(Hint.CAMERA_COVERED, take.film(covered_lens(colour, take.random, take.between(0, 25)), (1.0, 8.0)))


def tilted(studio: Studio, take: Take) -> Film:
    """Films in which the device lies on its side, or the head is tilted."""
    picture = studio.picture(take, replace(take.sitting(), share=take.between(0.42, 0.55), centre=(0.5, 0.5)))
    tilt = take.between(48, 100) * [-1, 1][take.number % 2]
    frames = [moved(frame, (0, 0), 1.0, tilt) for frame in take.film(picture)]
    return Film(Hint.TURNED_AWAY, frames, LOOKING[take.number % 2])


RECIPES: Mapping[str, Recipe] = {
    "ready, login": placed(READY, looking_about, [None]),
    "ready, front": posed(READY, Target.FRONT),
    "ready, left": posed(READY, Target.LEFT, yaw=(20, 30)),
    "ready, right": posed(READY, Target.RIGHT, yaw=(-30, -20)),
    "ready, up": posed(READY, Target.UP, pitch=(15, 22)),
    "ready, down": posed(READY, Target.DOWN, pitch=(-22, -15)),
    Hint.TURN_LEFT: posed(Hint.TURN_LEFT, Target.LEFT, yaw=(-25, 4)),
    Hint.TURN_RIGHT: posed(Hint.TURN_RIGHT, Target.RIGHT, yaw=(-4, 25)),
    Hint.LOOK_UP: posed(Hint.LOOK_UP, Target.UP, pitch=(-20, 3)),
    Hint.LOOK_DOWN: posed(Hint.LOOK_DOWN, Target.DOWN, pitch=(-3, 20)),
    "look_ahead, left": posed(Hint.LOOK_AHEAD, Target.FRONT, yaw=(24, 34)),
    "look_ahead, right": posed(Hint.LOOK_AHEAD, Target.FRONT, yaw=(-34, -24)),
    Hint.TURNED_AWAY: tilted,
    Hint.TOO_SMALL: placed(Hint.TOO_SMALL, lambda take: replace(take.sitting(), share=take.between(0.13, 0.22))),
    Hint.TOO_CLOSE: placed(Hint.TOO_CLOSE, lambda take: replace(take.sitting(), share=take.between(0.78, 1.0))),
    Hint.CUT_OFF: placed(Hint.CUT_OFF, aside),
    Hint.TOO_DARK: any_pose(Hint.TOO_DARK, too_dark),
    Hint.TOO_BRIGHT: any_pose(Hint.TOO_BRIGHT, too_bright),
    Hint.BLURRED: any_pose(Hint.BLURRED, blurred),
    Hint.COVERED: any_pose(Hint.COVERED, in_dark_glasses),
    Hint.SEVERAL_FACES: two_people,
    Hint.NO_FACE: nobody,
    Hint.CAMERA_COVERED: lens_covered,
}
"""Every row of the table, and how its films are drawn."""


def turning(hint: str, target: Target, yaw: float = 0.0, pitch: float = 0.0) -> Recipe:
    """Makes films of a person who looks ahead and then turns by these angles."""

    def draw(studio: Studio, take: Take) -> Film:
        ahead = take.sitting()
        front = take.frame(studio.picture(take, ahead))
        steps = [replace(ahead, yaw=share * yaw, pitch=share * pitch) for share in np.linspace(0, 1, STEPS)]
        return Film(hint + THEN + READY, [take.frame(studio.picture(take, step)) for step in steps], target, front)

    return draw


TURNING: Mapping[str, Recipe] = {
    "turning left": turning(Hint.TURN_LEFT, Target.LEFT, yaw=28),
    "turning right": turning(Hint.TURN_RIGHT, Target.RIGHT, yaw=-28),
    "turning up": turning(Hint.LOOK_UP, Target.UP, pitch=20),
    "turning down": turning(Hint.LOOK_DOWN, Target.DOWN, pitch=-20),
}
"""Further rows, with people who turn through a pose."""

HARDER: Mapping[str, Recipe] = {"face_covered, scarf": any_pose(Hint.COVERED, in_a_scarf)}
"""Rows that are known not to be always recognised; ``embeddings/quality/quality.py`` explains why."""
