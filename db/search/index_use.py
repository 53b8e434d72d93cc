"""Finds out how to search a model's index: its form, and the search effort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.core.index_form import IndexForm, form_of
from db.core.models import check_model_id

UNMEASURED_SHARE = 0.25
"""The share of the lists to probe while an index has no measured number of probes in its comment, in the first seconds
after its build. It favours recall over speed, but is small enough for the planner to use the index."""

UNMEASURED_EF = 400
"""The ``ef_search`` of an HNSW index without a measurement."""

LISTS_SQL = "(SELECT option_value::int FROM pg_options_to_table(reloptions) WHERE option_name = 'lists')"
"""SQL for the number of lists of an index, given its row of ``pg_class``; null for HNSW."""

PROBES_SQL = (
    "coalesce(substring(obj_description(oid, 'pg_class') from '(\\d+) probes')::int, "
    f"ceil({UNMEASURED_SHARE} * {LISTS_SQL})::int)"
)
"""SQL for the number of lists to probe in an IVFFlat index, given its row of ``pg_class``."""

EF_SQL = f"coalesce(substring(obj_description(oid, 'pg_class') from '(\\d+) ef_search')::int, {UNMEASURED_EF})"
"""SQL for the number of candidates that a search of an HNSW index tracks, given its row of ``pg_class``."""

FIRST_SHARE = 0.2
"""The share of the lists that a first look probes. Among 100,000 people it finds about 96 % of the users whom the whole
search finds (``benchmarks.speed.scale``). A second look probes all the lists again."""

WORTH_TWO_LOOKS = 10_000
"""A search takes two looks if the lists to probe have more templates than this. To compare that many takes some 4 ms;
the further round trip of a second look takes some 0.3 ms."""

FIRST_SQL = (
    f"CASE WHEN reltuples * {PROBES_SQL} > :many * {LISTS_SQL} "
    f"THEN ceil({FIRST_SHARE} * {PROBES_SQL})::int ELSE {PROBES_SQL} END"
)
"""The number of lists of an IVFFlat index that a first look probes, given its row of ``pg_class``;
``:many`` is ``WORTH_TWO_LOOKS``."""

NEW = "ix_face_templates_new"
"""The name of a new index until it replaces the old one. For a moment, or longer after a crash, a search may use either
of the two. The search effort is then high enough for both."""

_LOOK_UP = text(f"""
    SELECT name, pg_get_indexdef(oid) AS definition,
           coalesce(max({PROBES_SQL}) OVER (), 1) AS whole,
           coalesce(max({FIRST_SQL}) OVER (), 1) AS first,
           coalesce(max({EF_SQL}) OVER (), {UNMEASURED_EF}) AS ef_search
    FROM unnest(CAST(:indexes AS text[])) AS name
    JOIN pg_class ON oid = to_regclass(name) JOIN pg_index ON indexrelid = oid AND indisvalid
""")  # noqa: S608 (constants)

_PREPARED = "prepared searches"
"""The key under which a connection's info holds what it has looked up, by the model ids of a search."""


@dataclass(frozen=True)
class Prepared:
    """How a search uses the indexes.

    Attributes:
        forms: the form of each index, by model id; models without an index are missing.
        first: the number of lists that a first look probes.
        whole: the number of lists that a whole search probes; equal to ``first`` if one look is enough.
        ef_search: the number of candidates that a search of an HNSW index tracks.
        state: the state of the indexes when this was looked up, as ``state_sql`` returns it.
    """

    forms: Mapping[str, IndexForm]
    first: int = 1
    whole: int = 1
    ef_search: int = UNMEASURED_EF
    state: str | None = None

    def probes(self, *, in_two_looks: bool) -> int:
        """Returns the number of lists that the first or only look of a search probes."""
        return self.first if in_two_looks else self.whole

    def effort_sql(self, probes: int) -> str:
        """Returns the SQL that sets the effort until the transaction ends; the planner needs it before the search."""
        return (
            f"SELECT set_config('ivfflat.probes', '{probes:d}', true), "
            f"set_config('hnsw.ef_search', '{self.ef_search:d}', true)"
        )


def index_name(model_id: str) -> str:
    """Returns the name of a model's index, such as ``ix_face_templates_facenet_casia_webface``."""
    return f"ix_face_templates_{check_model_id(model_id).replace('-', '_')}"


def state_sql(model_ids: Sequence[str]) -> str:
    """Returns the SQL for a text that changes when one of these models' indexes is replaced or its comment changes."""
    names = ", ".join(f"to_regclass('{name}')" for name in _index_names(model_ids))
    return f"""(
        SELECT string_agg(concat_ws(' ', indexrelid::int8, pg_description.xmin), ',' ORDER BY indexrelid)
        FROM pg_index LEFT JOIN pg_description
            ON objoid = indexrelid AND classoid = CAST('pg_class' AS regclass) AND objsubid = 0
        WHERE indexrelid IN ({names}) AND indisvalid
    )"""  # noqa: S608 (checked model ids)


def prepared_search(session: Session, model_ids: Sequence[str], *, anew: bool = False) -> Prepared:
    """Returns how to search the indexes of these models.

    The look-up takes as long as a search of a thousand templates, so each connection remembers its result. Every search
    statement also returns the state of the indexes. If that differs from ``Prepared.state``, the caller calls this with
    ``anew`` and searches again.

    PostgreSQL has one setting of the effort for all indexes. So with several indexes the highest effort counts.
    """
    known: dict[tuple[str, ...], Prepared] = session.connection().info.setdefault(_PREPARED, {})
    key = tuple(model_ids)
    if anew or key not in known:
        known[key] = _look_up(session, model_ids)
    return known[key]


def _look_up(session: Session, model_ids: Sequence[str]) -> Prepared:
    state = session.execute(text(f"SELECT {state_sql(model_ids)}")).scalar_one()
    models = {index_name(model_id): model_id for model_id in model_ids}
    parameters = {"indexes": _index_names(model_ids), "many": WORTH_TWO_LOOKS}
    found = session.execute(_LOOK_UP, parameters).all()
    forms = {
        models[row.name]: _form_of(row.definition) for row in found if row.name in models and row.definition is not None
    }
    if not found:
        return Prepared(forms, state=state)
    return Prepared(forms, found[0].first, found[0].whole, found[0].ef_search, state)


def _index_names(model_ids: Sequence[str]) -> list[str]:
    return [*(index_name(model_id) for model_id in model_ids), NEW]


@lru_cache(maxsize=64)
def _form_of(definition: str) -> IndexForm:
    return form_of(definition)
