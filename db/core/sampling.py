"""Random samples of the templates, the same ones each time from the same rows."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from db.core import citus
from db.core.models import check_model_id

SURPLUS = 2
"""Pages are drawn for so many times the rows that are wanted, as their number varies. Which of their rows are taken
goes by a hash of the user id: the first ones of a table are the people who came first."""


def draw(source: Session | Connection, model_id: str, people: int, rows: int, seed: int) -> str:
    """SQL for ``user_id`` and, as text, ``embedding`` of some of a model's templates.

    Citus has no ``TABLESAMPLE``: there it is those with the lowest ids, which are drawn at random too.

    Args:
        source: where they are to be drawn.
        people: of how many people, at most.
        rows: how many templates there are, about.
        seed: draws the same ones each time.
    """
    clause, order = "", "user_id"
    if not citus.is_distributed(source):
        share = min(100.0, 100.0 * SURPLUS * people / max(rows, 1))
        clause, order = f"TABLESAMPLE SYSTEM ({share:.8f}) REPEATABLE ({seed:d})", "md5(user_id::text)"
    return f"""
        SELECT user_id, embedding::text AS embedding FROM face_templates {clause}
        WHERE model_id = '{check_model_id(model_id)}' ORDER BY {order} LIMIT {people:d}
    """  # noqa: S608 (numbers and a checked model id)
