"""A camera with a person who does what a page asks for: drawn beforehand, played when the page shows its hints."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.pad.heads import Head, make_head
from benchmarks.pad.people import packaged_people
from benchmarks.pad.scene import HEIGHT, WIDTH, Floats, Lens, draw
from embeddings.detect.finder import FaceFinder
from tests.camera_film import empty_room
from tests.turned_heads import encode_jpeg

FRAMES = 14
"""Frames of one movement: 0.7 seconds of the camera."""

FOCAL = 390.0
"""Focal length, in pixels of a frame."""

QUALITY = 92
"""Quality of the JPEGs before they are filmed."""

CAMERA = """
const acts = %s
const [film, PER_SECOND, REACTION] = [{}, 20, 6]
const [canvas, grain] = [[640, 480], [700, 540]].map(([width, height]) =>
  Object.assign(document.createElement('canvas'), { width, height }))
const brush = canvas.getContext('2d')
let [act, wanted, way, rest, shown] = [null, null, [], 0, null] // way: the frames from ahead to where the head is

const developed = Promise.all(Object.entries(acts).map(async ([name, frames]) => {
  film[name] = await Promise.all(frames.map(frame =>
    createImageBitmap(new Blob([Uint8Array.from(atob(frame), letter => letter.charCodeAt(0))]))))
})).then(() => {
  const pixels = grain.getContext('2d').createImageData(700, 540)
  for (let at = 0; at < pixels.data.length; at += 4) {
    pixels.data.fill(255 * Math.random(), at, at + 3)
    pixels.data[at + 3] = 255
  }
  grain.getContext('2d').putImageData(pixels, 0, 0)
})

function beAhead() {
  [act, wanted, way, rest, shown] = [null, null, [], 0, film.turn_left[0]]
}

addEventListener('visage-hint', ({ detail: { hint } }) => {
  if (hint === 'look_ahead' || hint in film) [wanted, rest] = [hint in film ? hint : null, REACTION]
})

function move() {
  if (rest > 0) rest -= 1
  else if (act === wanted) {
    if (act === null || way.length === film[act].length) return
    shown = film[act][way.length]
    way.push(shown)
    if (act === 'blink' && way.length === film.blink.length) [act, wanted, way] = [null, null, []]
  } else if (way.length > 0) shown = way.pop()
  else act = wanted
}

setInterval(() => {
  if (!shown) return
  move()
  const anywhere = () => Math.random() * 50
  brush.globalAlpha = 1
  brush.drawImage(shown, Math.random() - 0.5, Math.random() - 0.5, 640, 480)
  brush.globalAlpha = 0.06
  brush.drawImage(grain, -anywhere(), -anywhere())
}, 1000 / PER_SECOND)

navigator.mediaDevices.getUserMedia = async () => {
  await developed
  beAhead()
  return canvas.captureStream()
}
"""


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
    return CAMERA % json.dumps({hint: list(_film(head, hint, occasion)) for hint in _MOVES})


_MOVES: Mapping[str, tuple[float, float, float, float]] = {
    "turn_left": (1.0, 0.0, 0.0, 0.0),
    "turn_right": (-1.0, 0.0, 0.0, 0.0),
    "look_up": (0.0, 1.0, 0.0, 0.0),
    "look_down": (0.0, -0.6, 0.0, 0.0),
    "move_closer": (0.0, 0.0, 0.5, 0.0),
    "blink": (0.0, 0.0, 0.0, 1.15),
}
"""By hint: the share of the turn to the left, of the nod up, of the approach to the camera, and of closed eyes."""


def _film(head: Head, hint: str, occasion: Occasion) -> Iterator[str]:
    """Yields the frames of one movement, as base64 text of JPEGs."""
    turn, nod, closer, shut = _MOVES[hint]
    room = np.asarray(cv2.resize(empty_room(occasion.room), (WIDTH, HEIGHT)), np.uint8)
    for share in _course(returning=hint == "blink"):
        place = np.array([occasion.aside, 0.0, occasion.distance / (1.0 + closer * share)])
        points = head.posed(turn * occasion.turn * share, nod * occasion.nod * share, 0.0, shut * share, place)
        yield base64.b64encode(encode_jpeg(draw(head.surface, points, Lens(FOCAL), room), QUALITY)).decode()


def _course(returning: bool) -> Floats:
    """Returns the smooth progress of a movement in each frame; ``returning``: it also goes back."""
    if returning:
        return np.clip(2.0 * np.sin(np.linspace(0.0, np.pi, FRAMES)) ** 2, 0.0, 1.0)
    return np.asarray((1.0 - np.cos(np.linspace(0.0, np.pi, FRAMES))) / 2.0, np.float64)
