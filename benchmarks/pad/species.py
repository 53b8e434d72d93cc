"""The presentations: bona fide people, and the attack instruments (ISO/IEC 30107-3: PAI species).

Every presentation responds to a random sequence of prompts as well as its instrument can.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from benchmarks.pad.acting import FRAMES_PER_SECOND, Act, Chance, perform
from benchmarks.pad.footage import decoded
from benchmarks.pad.heads import Head, close_eyes
from benchmarks.pad.scene import HEIGHT, WIDTH, Floats, Lens, Surface, draw
from benchmarks.pad.sheets import glare, make_phone, make_sheet
from benchmarks.pad.webcam import Webcam
from embeddings.liveness import Prompt
from service.liveness.challenges import SEQUENCES
from tests.camera_film import empty_room
from tests.turned_heads import encode_jpeg


@dataclass(frozen=True)
class Film:
    """The frames of one presentation as the client sent them.

    Attributes:
        frames: JPEGs of (HEIGHT, WIDTH) pixels.
        at: for each frame, seconds since the challenge was shown.
        prompt: for each frame, the index of the shown prompt.
    """

    frames: Sequence[bytes]
    at: Sequence[float]
    prompt: Sequence[int]


Species = Callable[[Head, Sequence[Prompt], Chance], Film]
"""Presents a face for a sequence of prompts."""


def person(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """Bona fide: a head with depth."""
    act = perform(prompts, chance)

    def posed(number: int) -> Floats:
        return head.posed(act.yaw[number], act.pitch[number], act.roll[number], act.closed[number], act.place[number])

    return _filmed(head.surface, posed, act, chance)


def print_still(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """A printed photograph, held as still as a hand can."""
    act = perform(prompts, chance)
    count = len(act)
    still = replace(
        act,
        yaw=chance.within((-6, 6)) + chance.sway(count, 1.0),
        pitch=chance.within((-6, 6)) + chance.sway(count, 1.0),
        place=np.median(act.place, axis=0) + np.stack([chance.sway(count, 0.4) for _ in range(3)], axis=1),
    )
    return _print(head, still, chance, still.yaw * 0.0)


def print_tilted(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """A printed photograph, tilted and moved as the prompts ask."""
    act = _exaggerated(perform(prompts, chance), chance)
    return _print(head, act, chance, act.yaw * 0.0)


def print_bent(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """A printed photograph bent about the vertical like a face, tilted as the prompts ask and bent further."""
    act = _exaggerated(perform(prompts, chance), chance)
    radius, further = chance.within((7.0, 20.0)), chance.within((0.0, 0.5))
    bend = (1.0 + further * np.abs(act.yaw) / max(float(np.abs(act.yaw).max()), 1.0)) / radius
    return _print(head, act, chance, bend)


def phone(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """A telephone that shows a photograph, near the camera and tilted as the prompts ask."""
    act = _exaggerated(perform(prompts, chance), chance)
    scale = chance.within((0.4, 0.6))
    sheet = make_phone(head, scale, chance)
    shine = glare(chance)

    def posed(number: int) -> Floats:
        return sheet.posed(act.yaw[number], act.pitch[number], act.roll[number], scale * act.place[number])

    return _filmed(sheet.surface, posed, act, chance, shine)


def replayed(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """An earlier session with another sequence, sent unchanged or encoded again by a recorder."""
    others = [other for other in SEQUENCES if list(other) != list(prompts)]
    earlier = person(head, others[int(chance.random.integers(len(others)))], chance)
    return _recorded(earlier, chance) if chance.random.random() < RECORDED else earlier


def replayed_cut(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """An earlier session with the same prompts, cut into the requested order, and encoded again."""
    order: list[Prompt] = [*prompts]
    while order == [*prompts]:
        order = [prompts[number] for number in chance.random.permutation(len(prompts))]
    earlier = person(head, order, chance)
    frames: list[bytes] = []
    at: list[float] = [-GAP]
    shown: list[int] = []
    for index, prompt in enumerate(prompts):
        part = [number for number, of in enumerate(earlier.prompt) if order[of] is prompt]
        later = at[-1] + GAP - earlier.at[part[0]]
        frames += [earlier.frames[number] for number in part]
        at += [earlier.at[number] + later for number in part]
        shown += [index] * len(part)
    return _recorded(Film(frames, at[1:], shown), chance)


GAP = 1.0 / FRAMES_PER_SECOND
"""Seconds from one frame to the next where a session is cut."""


def cut_out_eyes(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """A printed photograph with holes for eyes, tilted as the prompts ask; a person behind it blinks."""
    act = _exaggerated(perform(prompts, chance), chance)
    page = head.points * (1.0, 1.0, 0.0)
    sheet = replace(make_sheet(head), surface=head.surface, points=page)

    def posed(number: int) -> Floats:
        moved = replace(sheet, points=close_eyes(page, act.closed[number]))
        return moved.posed(act.yaw[number], act.pitch[number], act.roll[number], act.place[number])

    return _filmed(head.surface, posed, act, chance)


def animated(head: Head, prompts: Sequence[Prompt], chance: Chance) -> Film:
    """A photograph moved by a face mesh with depth, sent instead of the camera's picture."""
    return person(head, prompts, chance)


SPECIES: Mapping[str, Species] = {
    "printed photo, still": print_still,
    "printed photo, tilted": print_tilted,
    "printed photo, bent": print_bent,
    "phone with a photo": phone,
    "replayed session": replayed,
    "photo with cut-out eyes": cut_out_eyes,
    "replayed session, cut to the prompts": replayed_cut,
    "photo animated by a mesh": animated,
}
"""The attack instruments by their names in the report."""

RECORDED = 0.5
"""The share of replayed sessions that a recorder has encoded again."""


def _print(head: Head, act: Act, chance: Chance, bend: Floats) -> Film:
    sheet = make_sheet(head)

    def posed(number: int) -> Floats:
        return sheet.posed(act.yaw[number], act.pitch[number], act.roll[number], act.place[number], float(bend[number]))

    return _filmed(sheet.surface, posed, act, chance)


def _exaggerated(act: Act, chance: Chance) -> Act:
    """Returns larger turns, which a flat picture needs to appear to turn."""
    more = chance.within((1.0, 1.7))
    return replace(act, yaw=act.yaw * more, pitch=act.pitch * more)


def _filmed(
    surface: Surface, posed: Callable[[int], Floats], act: Act, chance: Chance, shine: Floats | None = None
) -> Film:
    """Renders a surface in a room as a webcam sees it, frame by frame."""
    room = np.asarray(cv2.resize(empty_room(int(chance.random.integers(1 << 30))), (WIDTH, HEIGHT)), np.uint8)
    lens, webcam = Lens(chance.within(chance.ranges.focal)), Webcam(chance, len(act))
    frames = []
    for number in range(len(act)):
        scene = draw(surface, posed(number), lens, room)
        if shine is not None:
            scene = np.asarray(np.clip(scene + shine, 0, 255), np.uint8)
        frames.append(webcam.take(scene, number))
    return Film(frames, act.at.tolist(), act.prompt.tolist())


def _recorded(film: Film, chance: Chance) -> Film:
    """Encodes a film again: smaller, compressed, and enlarged."""
    share, quality = chance.within((0.7, 0.95)), int(chance.within((40, 75)))
    again = []
    for frame in film.frames:
        small = cv2.resize(decoded(frame), None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        again.append(encode_jpeg(np.asarray(cv2.resize(small, (WIDTH, HEIGHT)), np.uint8), quality))
    return replace(film, frames=again)
