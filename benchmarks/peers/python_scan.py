"""Recognition without a vector column, for comparison: reads all ``facial_data`` and compares it in Python."""

from sqlalchemy import select

from db.core.engine import Database
from db.core.models import User
from embeddings.core.types import Vector
from service.faces.facial_data import template_of

BATCH = 1_000
"""People read at a time: all of a large gallery would be gigabytes, and would exceed the statement timeout."""


def scan_everybody(database: Database, model_id: str, vector: Vector) -> list[tuple[str, float]]:
    """Returns the two people nearest to a vector and their cosines, by reading and decoding every user's data.

    Args:
        database: the database of the service.
        model_id: the model to compare by.
        vector: a unit vector, (dimension,).
    """
    with database.unit_of_work() as work:
        rows = work.session.execute(select(User.username, User.facial_data).execution_options(yield_per=BATCH))
        found = [(name, float(template_of(document, model_id) @ vector)) for name, document in rows if document]
    return sorted(found, key=lambda one: one[1], reverse=True)[:2]
