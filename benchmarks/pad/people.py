"""Whose photographs the presentations are drawn from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common.faces import list_photographs, the_subject
from embeddings.core.types import RGBImage
from tests.photographs import astronaut, president
from tests.sitters import Find, Sitter

TUNED_ON = ("Ariel_Sharon", "Arnold_Schwarzenegger", "Colin_Powell", "Donald_Rumsfeld", "George_W_Bush")
"""People of LFW with whom the limits in ``embeddings.liveness`` were chosen: never among those who are reported."""

MOST_TURNED = 12.0
"""Degrees to the side, up or down, of a photograph that a head is made from: of more, too much has never been seen."""

ENOUGH_WIDTH = 150.0
"""Pixels of a face in a photograph; LFW's smaller ones are enlarged."""


@dataclass(frozen=True)
class Portrait:
    """A photograph of somebody who looks into the camera, (height, width, 3) uint8 RGB, and their face's mesh."""

    level: RGBImage
    mesh: NDArray[np.float32]


@dataclass(frozen=True)
class Person:
    """Somebody by name, with one portrait or more."""

    name: str
    portraits: Sequence[Portrait] = field(repr=False)


def packaged_people(find: Find) -> list[Person]:
    """Those whom packages show."""
    people = {
        "astronaut": [astronaut()],
        "president": [president("biden.jpg")],
        "president before": [president(name) for name in ("obama.jpg", "obama2.jpg", "obama3.jpg")],
    }
    return [Person(name, list(_portraits(photographs, find))) for name, photographs in people.items()]


def people_in(folder: Path, find: Find, without: Sequence[str] = TUNED_ON) -> list[Person]:
    """Everybody in a folder of person/photo of whom a photograph serves, but for some."""
    by_name: dict[str, list[RGBImage]] = {}
    for photograph in list_photographs(folder):
        if photograph.person not in without:
            by_name.setdefault(photograph.person, []).append(photograph.read())
    people = [Person(name, list(_portraits(photographs, find))) for name, photographs in by_name.items()]
    return [person for person in people if person.portraits]


def _portraits(photographs: Sequence[RGBImage], find: Find) -> Iterator[Portrait]:
    for photograph in photographs:
        face = the_subject(find(photograph), photograph)
        if face is None or max(abs(face.pose.yaw), abs(face.pose.pitch)) > MOST_TURNED:
            continue
        enlarge = max(1.0, ENOUGH_WIDTH / face.box.width)
        large = cv2.resize(photograph, None, fx=enlarge, fy=enlarge, interpolation=cv2.INTER_CUBIC)
        level = Sitter(np.asarray(large, np.uint8), find).level
        seen = the_subject(find(level), level)
        if seen is not None and seen.mesh is not None:
            yield Portrait(level, seen.mesh)
