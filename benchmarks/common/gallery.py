"""Fills a database with synthetic people, stored as the service stores real ones."""

import io
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.common.synthetic import CAPTURES, SyntheticPeople, Vectors
from db.bulk import copy_templates
from db.core.engine import Database
from embeddings.core.models import ModelCard
from embeddings.core.types import Box, DecodedImage, Face, Pose, Quality
from embeddings.core.vectors import encode_vector
from service.accounts.passwords import NO_PASSWORD
from service.domain.consent import read_consent_form
from service.faces.captures import Capture
from service.faces.facial_data import compose

QUERIES = 1_000
"""People for whom one more capture is drawn."""

BATCH = 1_000
"""People written at a time: some 13 MB."""

_ACCOUNTS = text("""
    INSERT INTO users (id, username, display_name, password_hash)
    SELECT lpad(to_hex(number), 32, '0')::uuid, name, name, :password_hash
    FROM generate_series(:first, :last) AS number, concat('person-', lpad(number::text, :digits, '0')) AS name
""")

_COPY = "COPY users (id, username, display_name, password_hash, facial_data) FROM STDIN"

ENROLLED_AT = datetime(2026, 11, 22, tzinfo=UTC)

DIGITS = 7
"""Digits of the numbers in usernames."""


@dataclass(frozen=True)
class Seeded:
    """Captures of people in the gallery, as search queries.

    Attributes:
        user_ids: the person of each query.
        queries: (n, dimension) float32 unit vectors; not among the captures in the templates.
    """

    user_ids: Sequence[uuid.UUID]
    queries: Vectors


def seed_gallery(
    database: Database,
    card: ModelCard,
    people: int,
    seed: int = 1,
    *,
    facial_data: bool = True,
    first: int = 1,
    queries: int = QUERIES,
) -> Seeded:
    """Enrols synthetic people, and analyses the tables for the planner.

    Args:
        database: migrated.
        card: the model whose vectors are drawn.
        people: their number; they are called ``person-0000001`` and so on, and their ids are the same numbers.
        seed: of the random numbers, together with ``first``, so that further people are different people.
        facial_data: whether to write the captures too, 13 KB a person. Only then are the templates made of captures;
            otherwise they are drawn from the same distribution.
        first: the first person's number.
        queries: the number of people, from the first, for whom one more capture is drawn.
    """
    drawn = SyntheticPeople(card, (seed, first))
    write = _Captures(card) if facial_data else _TemplatesOnly(card)
    user_ids: list[uuid.UUID] = []
    found = [np.empty((0, card.dimension), np.float32)]
    for numbers, searched in _batches(first, people, queries):
        with database.unit_of_work() as work:
            more = write(work.session, drawn, numbers, extra=int(searched > 0))
        user_ids += [uuid.UUID(int=number) for number in numbers[:searched]]
        found.append(more[:searched].reshape(searched, card.dimension))
    with database.autocommit() as connection:
        connection.execute(text("ANALYZE users, face_templates"))
    return Seeded(user_ids, np.concatenate(found))


def _batches(first: int, people: int, queries: int) -> Iterator[tuple[range, int]]:
    """Yields the numbers of the people of each batch, and how many of them get queries."""
    for start in range(first, first + people, BATCH):
        numbers = range(start, min(start + BATCH, first + people))
        yield numbers, min(max(first + queries - start, 0), len(numbers))


class _TemplatesOnly:
    """Writes accounts and templates."""

    def __init__(self, card: ModelCard) -> None:
        self._model_id = card.model_id

    def __call__(self, session: Session, drawn: SyntheticPeople, numbers: range, extra: int) -> Vectors:
        """Draws and writes people with these numbers; returns ``extra`` captures each, (people, extra, dimension)."""
        some = drawn.draw(len(numbers), extra)
        given = {"first": numbers[0], "last": numbers[-1], "digits": DIGITS, "password_hash": NO_PASSWORD}
        session.execute(_ACCOUNTS, given)
        copy_templates(session, [uuid.UUID(int=number) for number in numbers], self._model_id, some.templates)
        return some.captures


class _Captures:
    """Writes accounts with ``facial_data``, and the means of its captures as templates."""

    def __init__(self, card: ModelCard) -> None:
        self._model_id = card.model_id
        document = compose(
            [Capture(NO_IMAGE, FACE, QUALITY, {card.model_id: np.zeros(1, np.float32)}, {})] * CAPTURES,
            names=[f"{index}.jpg" for index in range(1, CAPTURES + 1)],
            enrolment=uuid.UUID(int=0),
            model_id=card.model_id,
            at=ENROLLED_AT,
            consent=read_consent_form().given(ENROLLED_AT),
        )
        self._captures = document.pop("captures")
        self._rest = document

    def __call__(self, session: Session, drawn: SyntheticPeople, numbers: range, extra: int) -> Vectors:
        """Does the same as ``_TemplatesOnly``."""
        captures = drawn.draw(len(numbers), CAPTURES + extra).captures
        kept = captures[:, :CAPTURES]
        templates = kept.mean(axis=1)
        templates /= np.linalg.norm(templates, axis=1, keepdims=True)
        accounts = "".join(self._account(number, vectors) for number, vectors in zip(numbers, kept, strict=True))
        cursor = session.connection().connection.cursor()
        cursor.copy_expert(_COPY, io.StringIO(accounts))
        copy_templates(session, [uuid.UUID(int=number) for number in numbers], self._model_id, templates)
        return captures[:, CAPTURES:]

    def _account(self, number: int, vectors: Vectors) -> str:
        """Returns a line of COPY's text format; nothing in it needs escaping."""
        user_id, name = str(uuid.UUID(int=number)), f"person-{number:0{DIGITS}}"
        captures = [
            capture | {"embeddings": {self._model_id: encode_vector(vector)}}
            for capture, vector in zip(self._captures, vectors, strict=True)
        ]
        document = json.dumps(self._rest | {"enrolment": user_id, "captures": captures})
        return "\t".join((user_id, name, name, NO_PASSWORD, document)) + "\n"


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
