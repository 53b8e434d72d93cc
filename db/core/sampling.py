"""Random samples of the templates. The same rows give the same sample."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from db.core import citus
from db.core.models import check_model_id

SURPLUS = 2
"""The factor by which more rows are drawn than are wanted, because the number of rows on a page varies. A hash of the
user id then decides which rows are taken: the first rows of a table are the people who signed up first."""


def draw(source: Session | Connection, model_id: str, people: int, rows: int, seed: int) -> str:
    """Returns SQL for ``user_id`` and ``embedding`` (as text) of a sample of a model's templates.

    Citus has no ``TABLESAMPLE``. There the sample is the rows with the lowest ids, which are random too.

    Args:
        source: the session or connection that will run it.
        people: the maximal size of the sample.
        rows: the approximate number of templates.
        seed: the same seed draws the same sample.
    """
    clause, order = "", "user_id"
    if not citus.is_distributed(source):
        share = min(100.0, 100.0 * SURPLUS * people / max(rows, 1))
        clause, order = f"TABLESAMPLE SYSTEM ({share:.8f}) REPEATABLE ({seed:d})", "md5(user_id::text)"
    return f"""
        SELECT user_id, embedding::text AS embedding FROM face_templates {clause}
        WHERE model_id = '{check_model_id(model_id)}' ORDER BY {order} LIMIT {people:d}
    """  # noqa: S608 (numbers and a checked model id)
