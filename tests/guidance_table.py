"""What the guidance says of films, beside what it should say: the service's ``Guide`` on frames as the widget sends.

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
"""Of the films that are reported."""

FRAME_WIDTH, FRAME_HEIGHT, FRAME_QUALITY = 320, 240, 70
"""Of what the widget sends: pixels, and the JPEG's quality."""

CATS_HEAD = Box(60.0, 10.0, 360.0, 300.0)
"""Where it is in its photograph."""


@dataclass
class Row:
    """What was said of the films that show one thing.

    Attributes:
        films: how many.
        right: of how many it was the hint.
        others: what was said of the others, and of how many.
    """

    films: int = 0
    right: int = 0
    others: Counter[str] = field(default_factory=Counter)


def open_studio(find: Find) -> Studio:
    """With everybody whom packages show."""
    people = [astronaut(), *(president(name) for name in ("obama.jpg", "biden.jpg", "obama2.jpg", "obama3.jpg"))]
    without_people = [webcam_picture(cat(), CATS_HEAD, 0.6), cv2.resize(coffee(), (WIDTH, HEIGHT))]
    return Studio([Sitter(photograph, find) for photograph in people], find, cast(list[RGBImage], without_people))


def tabulate(guide: Guide, films: Iterable[tuple[str, Film]]) -> Mapping[str, Row]:
    """A row for each name."""
    rows: dict[str, Row] = {}
    for name, film in films:
        row, said = rows.setdefault(name, Row()), what_is_said(guide, film)
        row.films += 1
        row.right += said == film.hint
        row.others.update([said] * (said != film.hint))
    return rows


def what_is_said(guide: Guide, film: Film) -> str:
    """The leading hint of most frames; of a film in which somebody turns, one after the other."""
    front = guide.inspect(as_sent(film.front), Target.FRONT).pose if film.front is not None else None
    ahead = Ahead(front.yaw, front.pitch) if front else None
    said = [_leading(guide.inspect(as_sent(frame), film.target, ahead).hints) for frame in film.frames]
    if THEN in film.hint:
        return THEN.join(hint for hint, _ in groupby(said))
    return Counter(said).most_common(1)[0][0]


def as_sent(frame: RGBImage) -> str:
    """A frame as the widget sends it."""
    small = cv2.resize(frame, (FRAME_WIDTH, FRAME_HEIGHT), interpolation=cv2.INTER_AREA)
    return base64.b64encode(encode_jpeg(np.asarray(small, np.uint8), FRAME_QUALITY)).decode()


def _leading(hints: Sequence[str]) -> str:
    return str(hints[0]) if hints else READY
