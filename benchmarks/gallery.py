"""Fills a database with people who don't exist, in the form in which the service stores real ones."""

import uuid
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from db import bulk
from db.bulk import NewPerson
from db.engine import Database
from embeddings.models import ModelCard
from embeddings.types import Box, DecodedImage, Face, Pose, Quality, Vector
from embeddings.vectors import normalise, template
from service.captures import Capture
from service.facial_data import compose
from service.passwords import NO_PASSWORD

CAPTURES = 5

LIKENESS = 0.86
"""Cosine of a capture to its person's direction, so that two captures have one of 0.74, LFW's median by FaceNet alone
(measured)."""

BATCH = 1000
"""People written at a time."""


def seed_gallery(database: Database, card: ModelCard, people: int, seed: int = 1) -> None:
    """Enrols so many people with vectors drawn at random, ``facial_data`` and template each.

    Args:
        database: migrated.
        card: the model whose vectors are drawn.
        people: how many; they are called ``person-00001`` and so on.
        seed: of the random numbers.
    """
    generator = np.random.default_rng(seed)
    for first in range(1, people + 1, BATCH):
        batch = [_person_called(generator, card, number) for number in range(first, min(first + BATCH, people + 1))]
        with database.unit_of_work() as work:
            bulk.enrol(work.session, batch)


def _person_called(generator: np.random.Generator, card: ModelCard, number: int) -> NewPerson:
    captures = _captures(generator, card)
    name = f"person-{number:05}"
    document = compose(
        captures,
        names=[f"{index}.jpg" for index in range(1, CAPTURES + 1)],
        enrolment=uuid.UUID(int=number),
        model_id=card.model_id,
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    return NewPerson(
        user_id=uuid.UUID(int=number),
        username=name,
        email=None,
        display_name=name,
        password_hash=NO_PASSWORD,
        facial_data=document,
        model_id=card.model_id,
        template=template([capture.embeddings[card.model_id] for capture in captures]),
    )


def _captures(generator: np.random.Generator, card: ModelCard) -> list[Capture]:
    return [
        Capture(NO_IMAGE, FACE, QUALITY, {card.model_id: vector}, {}) for vector in _person(generator, card.dimension)
    ]


def _person(generator: np.random.Generator, dimension: int) -> list[Vector]:
    """The vectors of one person's captures."""
    direction = _unit(generator.normal(size=dimension))
    apart = np.sqrt(1 - LIKENESS**2)
    return [normalise(LIKENESS * direction + apart * _unit(generator.normal(size=dimension))) for _ in range(CAPTURES)]


def _unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = values / np.linalg.norm(values)
    return unit


NO_IMAGE = DecodedImage(b"", "image/jpeg", np.zeros((1, 1, 3), np.uint8))
FACE = Face(
    box=Box(200.0, 120.0, 400.0, 320.0),
    score=0.95,
    detector="blazeface-short",
    points=np.zeros((5, 2), np.float32),
    mesh=None,
    mesh_logit=None,
    pose=Pose(1.2, -3.4, 0.5),
)
QUALITY = Quality(
    face_width=200.0, sharpness=500.0, brightness=130.0, contrast=60.0, inside=1.0, visibility=40.0, eye_light=0.9
)
