"""A camera with a person who does what a page asks for: filmed beforehand, played when the page shows its hints."""

import base64
import json
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from embeddings.core.types import RGBImage
from tests.turned_heads import encode_jpeg

QUALITY = 92
"""Quality of the JPEGs before they are filmed."""

CAMERA = """
const acts = %s
const [film, PER_SECOND, PLACES] = [{}, %d, 8] // places: pixels to each side
const REACTION = 0.3 * PER_SECOND
const [canvas, grain] = [[640, 480], [700, 540]].map(([width, height]) =>
  Object.assign(document.createElement('canvas'), { width, height }))
const brush = canvas.getContext('2d')
let [act, wanted, way, rest, shown] = [null, null, [], 0, null] // way: the frames from ahead to where the head is
let place = [0, 0]

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
  [act, wanted, way, rest, shown] = [null, null, [], 0, Object.values(film)[0][0]]
  place = [0, 1].map(() => PLACES * (2 * Math.random() - 1))
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
  const [left, top] = place.map(pixels => pixels - PLACES + Math.random() - 0.5)
  brush.drawImage(shown, left, top, 640 + 2 * PLACES, 480 + 2 * PLACES)
  brush.globalAlpha = 0.06
  brush.drawImage(grain, -anywhere(), -anywhere())
}, 1000 / PER_SECOND)

MediaDevices.prototype.getUserMedia = async () => {
  await developed
  beAhead()
  return canvas.captureStream()
}
"""


def sitter_camera(films: Mapping[str, Iterable[RGBImage]], per_second: int) -> str:
    """Returns the script that gives a page a camera with a person before it.

    The person sits in another place each time, by a few pixels, and the camera has grain: so no frame repeats another.

    Args:
        films: by hint the frames of its movement, each (480, 640, 3) uint8 RGB. They begin with a person who looks
            ahead, the same one in all of them; those of a blink also end so.
        per_second: frames of the camera per second.
    """
    acts = {
        hint: [base64.b64encode(encode_jpeg(one, QUALITY)).decode() for one in film] for hint, film in films.items()
    }
    return CAMERA % (json.dumps(acts), per_second)


def course(frames: int, returning: bool = False) -> NDArray[np.float64]:
    """Returns the smooth progress of a movement in each frame; ``returning``: it also goes back."""
    if returning:
        return np.clip(2.0 * np.sin(np.linspace(0.0, np.pi, frames)) ** 2, 0.0, 1.0)
    return np.asarray((1.0 - np.cos(np.linspace(0.0, np.pi, frames))) / 2.0, np.float64)
