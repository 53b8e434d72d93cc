"""Helpers for the tests of distributed templates."""

from sqlalchemy import text

from db.core.engine import Database
from db.core.index_form import IndexForm
from db.sharding.distribution import distribute
from tests.db.gallery import DIMENSION, MODEL

PEOPLE = 600
FORM = IndexForm(DIMENSION)
SIMILARITIES = [0.9]


def run(database: Database, shards: int = 2, form: IndexForm = FORM) -> list[str]:
    return list(distribute(database, MODEL, form, SIMILARITIES, shards))


def execute(database: Database, statement: str) -> None:
    with database.unit_of_work() as work:
        work.session.execute(text(statement))
