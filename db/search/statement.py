"""Builds the search statements as text.

They are text because assembling one with SQLAlchemy took longer than running it (2 ms of 4.8, measured).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Float, Label, TextualSelect, Uuid, bindparam, case, text

from db.core.index_form import IndexForm
from db.core.models import FaceTemplate, check_model_id
from db.core.prepared_statements import PreparedStatement
from db.core.vector_text import VectorText

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embedding = Sequence[float] | NDArray[np.floating[Any]]

CANDIDATES = 50
"""Templates that an index finds by its reduced vectors, for ranking by the whole vectors. With a million people, 20
find the right person as often (measured). The rest is for the second-best person, and costs a fraction of a
millisecond."""


@dataclass(frozen=True)
class Search:
    """A search of one model's templates.

    Attributes:
        dimension: the length of the model's vectors.
        form: the form of the model's index; None without an index.
    """

    model_id: str
    dimension: int
    form: IndexForm | None = None


def nearest_statement(searches: Sequence[Search], limit: int) -> TextualSelect:
    """Returns the SQL for people by ascending cosine distance to ``query_0`` and so on, which are vectors as text.

    The model ids, the indexed expressions and the limit are literals, because otherwise a generic plan does not use the
    index. The templates are cut to ``limit`` before the join with users, which halves the time of an exact scan (0.47
    ms instead of 1.01 for 1,000 people, measured).

    Args:
        searches: one for each query vector.
        limit: the maximal number of people for each model.
    """
    return text(_nearest_sql(searches, limit)).columns(user_id=Uuid())


@lru_cache(maxsize=64)
def search_statement(searches: tuple[Search, ...], limit: int, effort: str, state: str) -> PreparedStatement:
    """Returns the same as a prepared statement, in one round trip with the SQL that sets the search effort.

    psycopg2 sends both statements at once, as one transaction, and returns the rows of the second. The vectors are
    parameters; the rest consists of literals, for the reason that :func:`nearest_statement` gives.

    Args:
        searches: one for each query vector.
        limit: the maximal number of people for each model.
        effort: the SQL that sets the search effort.
        state: the SQL of a further column, ``state``.
    """
    return PreparedStatement(
        _nearest_sql(searches, limit, f", {state} AS state"),
        {f"query_{number}": VectorText() for number in range(len(searches))},
        columns={"user_id": Uuid()},
        setting=effort,
    )


def shards_statement(search: Search, limit: int) -> TextualSelect:
    """Returns the SQL for the user ids and distances of the templates nearest to ``query_0``, for a Citus coordinator.

    It is one level of ``ORDER BY ... LIMIT n``, which the coordinator passes on to every shard unchanged. With anything
    around it, such as a join, the coordinator first writes the shards' answers to a file: 20 to 60 % more time
    (measured). So if the index stores reduced vectors, it returns ``CANDIDATES`` rows for the caller to rank.
    """
    templates = _templates(search, ":query_0")
    few = limit if _ranks_exactly(search) else CANDIDATES
    return text(f"{templates} ORDER BY {_ordering(search, ':query_0')} LIMIT {few:d}").columns(user_id=Uuid())


def distance_column(queries: Mapping[str, Embedding]) -> Label[float]:
    """Returns the column for the cosine distance of a template from its model's query vector, to compare one person.

    Args:
        queries: unit vectors by model id, each (dimension,).
    """
    cosine = FaceTemplate.embedding.op("<=>", return_type=Float())
    vectors = [bindparam(f"query_{number}", vector, type_=VECTOR()) for number, vector in enumerate(queries.values())]
    pairs = zip(queries, vectors, strict=True)
    return case(*((FaceTemplate.model_id == model_id, cosine(vector)) for model_id, vector in pairs)).label("distance")


def _nearest_sql(searches: Sequence[Search], limit: int, further: str = "") -> str:
    model_ids = [search.model_id for search in searches]
    branches = " UNION ALL ".join(_branch(search, number, limit) for number, search in enumerate(searches))
    return f"""
        SELECT best.model_id, best.user_id, users.username, users.display_name, best.distance,
               {_superseded(model_ids)} AS superseded {further}
        FROM ({branches}) AS best
        JOIN users ON users.id = best.user_id
        ORDER BY best.distance
    """  # noqa: S608 (SQL from the functions below, made of numbers and checked model ids)


def _branch(search: Search, number: int, limit: int) -> str:
    """Returns the SQL for the templates nearest to one query vector.

    The innermost query has the form ``ORDER BY distance LIMIT n``, because only that form can use an index.
    """
    query = f":query_{number:d}"
    templates = _templates(search, query)
    if not _ranks_exactly(search):
        templates = f"""SELECT model_id, user_id, distance FROM (
                        {templates} ORDER BY {_ordering(search, query)} LIMIT {CANDIDATES:d}) AS candidates"""  # noqa: S608 (as below)
    return f"({templates} ORDER BY distance LIMIT {limit:d})"


def _templates(search: Search, query: str) -> str:
    """Returns the SQL for all templates of a model, with the distances of the whole vectors."""
    model_id = check_model_id(search.model_id)
    distance = f"embedding::vector({search.dimension:d}) <=> {query}"
    return f"""SELECT '{model_id}' AS model_id, user_id, {distance} AS distance FROM face_templates
                    WHERE model_id = '{model_id}'"""  # noqa: S608 (numbers and a checked model id)


def _ranks_exactly(search: Search) -> bool:
    return search.form is None or search.form.is_exact


def _ordering(search: Search, query: str) -> str:
    """Returns the SQL that the index orders by; without an index, the distance."""
    if search.form is None or search.form.is_exact:
        return "distance"
    expression = search.form.expression
    return f"{expression('embedding')} {search.form.operator} {expression(f'CAST({query} AS vector)')}"


def _superseded(model_ids: Sequence[str]) -> str:
    """Returns the SQL for whether a person found by one model has a template of an earlier model."""
    if len(model_ids) == 1:
        return "false"
    earlier = " ".join(
        f"WHEN '{check_model_id(model_id)}' THEN ARRAY{[check_model_id(one) for one in model_ids[:number]]}"
        for number, model_id in enumerate(model_ids)
        if number
    )
    return f"""EXISTS (SELECT 1 FROM face_templates AS newer WHERE newer.user_id = best.user_id
                       AND newer.model_id = ANY (CASE best.model_id {earlier} ELSE ARRAY[]::text[] END))"""  # noqa: S608 (as above)
