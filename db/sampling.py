"""Random samples of the templates, the same ones each time from the same rows."""

from db.models import check_model_id

SURPLUS = 2
"""Pages are drawn for so many times the rows that are wanted, as their number varies. Which of their rows are taken
goes by a hash of the user id: the first ones of a table are the people who came first."""


def draw(model_id: str, people: int, rows: int, seed: int) -> str:
    """SQL for ``user_id`` and, as text, ``embedding`` of some of a model's templates.

    Args:
        people: of how many people, at most.
        rows: how many templates there are, about.
        seed: draws the same ones each time.
    """
    share = min(100.0, 100.0 * SURPLUS * people / max(rows, 1))
    return f"""
        SELECT user_id, embedding::text AS embedding
        FROM face_templates TABLESAMPLE SYSTEM ({share:.8f}) REPEATABLE ({seed:d})
        WHERE model_id = '{check_model_id(model_id)}' ORDER BY md5(user_id::text) LIMIT {people:d}
    """  # noqa: S608
