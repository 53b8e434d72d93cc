"""The statements by which a gallery is searched, as text.

They are text because putting one together from parts took longer than running it (2 ms of 4.8, measured).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import Float, Label, TextualSelect, Uuid, bindparam, case, text

from db.core.index_form import IndexForm
from db.core.models import FaceTemplate, check_model_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embedding = Sequence[float] | NDArray[np.floating[Any]]

CANDIDATES = 50
"""Templates found by what an index keeps of the vectors, to be ranked by the whole vectors. With a million people as
many are found by 20 (measured); the rest is for the second-best person, and costs a fraction of a millisecond."""


@dataclass(frozen=True)
class Search:
    """A search of one model's templates.

    Attributes:
        dimension: the length of the model's vectors.
        form: what the model's index is made of; None where it has none.
    """

    model_id: str
    dimension: int
    form: IndexForm | None = None


def nearest_statement(searches: Sequence[Search], limit: int) -> TextualSelect:
    """People by growing cosine distance to ``query_0`` and so on, vectors as text.

    It says each model as a literal and what the model's index says of a vector, and the limit as a literal too: only
    then will a generic plan use that index. The templates are cut to ``limit`` before the users are joined, which
    halves the time of an exact scan (0.47 ms instead of 1.01 for 1,000 people, measured).

    Args:
        searches: one for each query vector.
        limit: at most this many people of each model.
    """
    model_ids = [search.model_id for search in searches]
    branches = " UNION ALL ".join(_branch(search, number, limit) for number, search in enumerate(searches))
    statement = text(f"""
        SELECT best.model_id, best.user_id, users.username, users.display_name, best.distance,
               {_superseded(model_ids)} AS superseded
        FROM ({branches}) AS best
        JOIN users ON users.id = best.user_id
        ORDER BY best.distance
    """)  # noqa: S608 (what the functions below make of numbers and checked model ids)
    return statement.columns(user_id=Uuid())


def shards_statement(search: Search, limit: int) -> TextualSelect:
    """The user ids and distances of the templates nearest to ``query_0``, for a Citus coordinator.

    It is one level of ``ORDER BY ... LIMIT n``, which the coordinator passes on to every shard as it is. Anything
    around that, be it a join, would have it write what the shards answer to a file first: 20 to 60 % more time
    (measured). So where the index ranks candidates alone, it yields ``CANDIDATES`` rows for the caller to rank.
    """
    templates = _templates(search, ":query_0")
    few = limit if _ranks_exactly(search) else CANDIDATES
    return text(f"{templates} ORDER BY {_ordering(search, ':query_0')} LIMIT {few:d}").columns(user_id=Uuid())


def distance_column(queries: Mapping[str, Embedding]) -> Label[float]:
    """The cosine distance of a template and the query vector of its model, for comparisons with one person.

    Args:
        queries: unit vectors by model id, each (dimension,).
    """
    cosine = FaceTemplate.embedding.op("<=>", return_type=Float())
    vectors = [bindparam(f"query_{number}", vector, type_=VECTOR()) for number, vector in enumerate(queries.values())]
    pairs = zip(queries, vectors, strict=True)
    return case(*((FaceTemplate.model_id == model_id, cosine(vector)) for model_id, vector in pairs)).label("distance")


def _branch(search: Search, number: int, limit: int) -> str:
    """The templates nearest to one query vector, as SQL.

    What is innermost keeps the form ``ORDER BY distance LIMIT n``, which indexes understand.
    """
    query = f":query_{number:d}"
    templates = _templates(search, query)
    if not _ranks_exactly(search):
        templates = f"""SELECT model_id, user_id, distance FROM (
                        {templates} ORDER BY {_ordering(search, query)} LIMIT {CANDIDATES:d}) AS candidates"""  # noqa: S608 (as below)
    return f"({templates} ORDER BY distance LIMIT {limit:d})"


def _templates(search: Search, query: str) -> str:
    """All templates of a model, with their distances by the whole vectors."""
    model_id = check_model_id(search.model_id)
    distance = f"embedding::vector({search.dimension:d}) <=> {query}"
    return f"""SELECT '{model_id}' AS model_id, user_id, {distance} AS distance FROM face_templates
                    WHERE model_id = '{model_id}'"""  # noqa: S608 (numbers and a checked model id)


def _ranks_exactly(search: Search) -> bool:
    return search.form is None or search.form.is_exact


def _ordering(search: Search, query: str) -> str:
    """What an index orders by; without one, the distance itself."""
    if search.form is None or search.form.is_exact:
        return "distance"
    expression = search.form.expression
    return f"{expression('embedding')} {search.form.operator} {expression(f'CAST({query} AS vector)')}"


def _superseded(model_ids: Sequence[str]) -> str:
    """Whether the person found by one model has a template of an earlier one, as SQL."""
    if len(model_ids) == 1:
        return "false"
    earlier = " ".join(
        f"WHEN '{check_model_id(model_id)}' THEN ARRAY{[check_model_id(one) for one in model_ids[:number]]}"
        for number, model_id in enumerate(model_ids)
        if number
    )
    return f"""EXISTS (SELECT 1 FROM face_templates AS newer WHERE newer.user_id = best.user_id
                       AND newer.model_id = ANY (CASE best.model_id {earlier} ELSE ARRAY[]::text[] END))"""  # noqa: S608 (as above)
