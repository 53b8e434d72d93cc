"""Compares the guidance's hints for films with the right ones: the service's ``Guide`` on frames as the widget sends.

Thresholds were chosen on other people's films (LFW's photographs, other seeds): ``embeddings/quality/guidance.py``.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import cast

import cv2
import numpy as np

from embeddings.core.types import Box, RGBImage
from embeddings.quality.guidance import Ahead, Target
from service.faces.guidance import Guide
from tests.camera_film import HEIGHT, WIDTH, webcam_picture
from tests.guidance_films import READY, THEN, Film, Studio
from tests.photographs import astronaut, cat, coffee, president
from tests.sitters import Find, Sitter
from tests.turned_heads import encode_jpeg

SEED = 20
"""The seed of the reported films."""

FRAME_WIDTH, FRAME_HEIGHT, FRAME_QUALITY = 320, 240, 70
"""Frames as the widget sends them: pixels, and the JPEG's quality."""

CATS_HEAD = Box(60.0, 10.0, 360.0, 300.0)
"""The box of the cat's head in its photograph."""


@dataclass
class Row:
    """The hints for films that show the same thing.

    Attributes:
        films: the number of films.
        right: the number of films with the right hint.
        others: the other hints, with the number of films.
    """

    films: int = 0
    right: int = 0
    others: Counter[str] = field(default_factory=Counter)


def open_studio(find: Find) -> Studio:
    """Opens a studio with all people in packages' photographs."""
    people = [astronaut(), *(president(name) for name in ("obama.jpg", "biden.jpg", "obama2.jpg", "obama3.jpg"))]
    without_people = [webcam_picture(cat(), CATS_HEAD, 0.6), cv2.resize(coffee(), (WIDTH, HEIGHT))]
    return Studio([Sitter(photograph, find) for photograph in people], find, cast(list[RGBImage], without_people))


def tabulate(guide: Guide, films: Iterable[tuple[str, Film]]) -> Mapping[str, Row]:
    """Returns a row for each name."""
    rows: dict[str, Row] = {}
    for name, film in films:
        row, said = rows.setdefault(name, Row()), what_is_said(guide, film)
        row.films += 1
        row.right += said == film.hint
        row.others.update([said] * (said != film.hint))
    return rows


def what_is_said(guide: Guide, film: Film) -> str:
    """Returns the leading hint of most frames; for a film with a turn, the hints in order."""
    front = guide.inspect(as_sent(film.front), Target.FRONT).pose if film.front is not None else None
    ahead = Ahead(front.yaw, front.pitch) if front else None
    said = [_leading(guide.inspect(as_sent(frame), film.target, ahead).hints) for frame in film.frames]
    if THEN in film.hint:
        return THEN.join(hint for hint, _ in groupby(said))
    return Counter(said).most_common(1)[0][0]


def as_sent(frame: RGBImage) -> str:
    """Encodes a frame as the widget does."""
    small = cv2.resize(frame, (FRAME_WIDTH, FRAME_HEIGHT), interpolation=cv2.INTER_AREA)
    return base64.b64encode(encode_jpeg(np.asarray(small, np.uint8), FRAME_QUALITY)).decode()


def _leading(hints: Sequence[str]) -> str:
    return str(hints[0]) if hints else READY
