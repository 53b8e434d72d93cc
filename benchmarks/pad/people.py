"""Loads the people whose photographs are used for the presentations."""

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
"""LFW people on whom the limits in ``embeddings.liveness`` were chosen; never used for reported figures."""

MOST_TURNED = 12.0
"""The maximal turn, in degrees to the side, up or down, of a photograph for a head; beyond it too much is hidden."""

ENOUGH_WIDTH = 150.0
"""The wanted width of a face in a photograph, in pixels; LFW's smaller faces are enlarged."""


@dataclass(frozen=True)
class Portrait:
    """A photograph of a person who looks into the camera, (height, width, 3) uint8 RGB, and the face's mesh."""

    level: RGBImage
    mesh: NDArray[np.float32]


@dataclass(frozen=True)
class Person:
    """A named person with one or more portraits."""

    name: str
    portraits: Sequence[Portrait] = field(repr=False)


def packaged_people(find: Find) -> list[Person]:
    """Returns the people in packages' photographs."""
    people = {
        "astronaut": [astronaut()],
        "president": [president("biden.jpg")],
        "president before": [president(name) for name in ("obama.jpg", "obama2.jpg", "obama3.jpg")],
    }
    return [Person(name, list(_portraits(photographs, find))) for name, photographs in people.items()]


def people_in(folder: Path, find: Find, without: Sequence[str] = TUNED_ON) -> list[Person]:
    """Returns the people in a folder of person/photo with a usable photograph, except those in ``without``."""
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
