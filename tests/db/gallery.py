"""Synthetic people: random unit vectors, and query vectors with a given cosine to them."""

import uuid

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from db.bulk import copy_templates
from db.core.engine import Database

MODEL = "facenet-casia-webface"
DIMENSION = 512
GENUINE_COSINE = 0.7
"""Cosine of a person's query vector and their template, about that of a capture."""

Vectors = NDArray[np.float32]


def unit_vectors(count: int, seed: int, dimension: int = DIMENSION) -> Vectors:
    """Returns (count, dimension) float32 unit vectors, uniform on the sphere, so an index finds no clusters to use."""
    vectors: Vectors = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def genuine_queries(templates: Vectors, seed: int, cosine: float = GENUINE_COSINE) -> Vectors:
    """Returns one query vector per template, with this cosine to it in a random direction."""
    noise = unit_vectors(len(templates), seed, templates.shape[1])
    noise -= np.sum(noise * templates, axis=1, keepdims=True) * templates
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    queries: Vectors = np.float32(cosine) * templates + np.float32(np.sqrt(1 - cosine**2)) * noise
    return queries


def enrol(database: Database, templates: Vectors, model_id: str = MODEL, first: int = 0) -> None:
    """Adds a person ``p<n>`` for each template, in bulk, and analyses the tables."""
    ids = [uuid.UUID(int=number) for number in range(first, first + len(templates))]
    with database.unit_of_work() as unit:
        unit.session.execute(
            text("""
                INSERT INTO users (id, username, display_name, password_hash)
                SELECT lpad(to_hex(n), 32, '0')::uuid, 'p' || n, 'Person ' || n, '$argon2id$none'
                FROM generate_series(:first, :last) AS n ON CONFLICT DO NOTHING
            """),
            {"first": first, "last": first + len(templates) - 1},
        )
        copy_templates(unit.session, ids, model_id, templates)
    with database.autocommit() as connection:
        connection.execute(text("ANALYZE users, face_templates"))
