"""Builds vector indexes in tests, and examines them."""

from sqlalchemy import text

from db.core.engine import Database
from db.core.index_form import IndexForm
from db.search import templates
from tests.db.gallery import DIMENSION, MODEL, Vectors

FORM = IndexForm(DIMENSION)
SIMILARITIES = [0.9]


def found_first(database: Database, queries: Vectors) -> float:
    """Returns how often the right person comes first; query 0 is of person 0 and so on."""
    with database.unit_of_work() as unit:
        firsts = [templates.nearest(unit.session, {MODEL: query})[0].user_id.int for query in queries]
    return sum(first == person for person, first in enumerate(firsts)) / len(queries)


def vector_indexes(database: Database) -> list[str]:
    """Lists the vector indexes, usable or not."""
    statement = text("SELECT relname FROM pg_class JOIN pg_am ON pg_am.oid = relam WHERE amname IN ('ivfflat', 'hnsw')")
    with database.autocommit() as connection:
        return sorted(connection.execute(statement).scalars())
