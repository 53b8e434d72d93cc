"""Prepares a search in a model's index: finds the index's form, and sets the search effort."""

from collections.abc import Mapping, Sequence
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

NEW = "ix_face_templates_new"
"""The name of a new index until it replaces the old one. For a moment, or longer after a crash, a search may use either
of the two. The search effort is then high enough for both."""

_LOOK_UP = text(f"""
    SELECT name, pg_get_indexdef(oid) AS definition,
           set_config('ivfflat.probes', coalesce(max({PROBES_SQL}) OVER (), 1)::text, true),
           set_config('hnsw.ef_search', coalesce(max({EF_SQL}) OVER (), {UNMEASURED_EF})::text, true)
    FROM unnest(CAST(:indexes AS text[])) AS name
    JOIN pg_class ON oid = to_regclass(name) JOIN pg_index ON indexrelid = oid AND indisvalid
""")  # noqa: S608 (constants)


def index_name(model_id: str) -> str:
    """Returns the name of a model's index, such as ``ix_face_templates_facenet_casia_webface``."""
    return f"ix_face_templates_{check_model_id(model_id).replace('-', '_')}"


def prepare_search(session: Session, model_ids: Sequence[str]) -> Mapping[str, IndexForm]:
    """Returns the forms of these models' indexes by model id, without the models that have no index.

    If an index is being replaced, it may be renamed or dropped after this look-up.

    It also sets the search effort of the transaction from the indexes' comments. There is one setting for all indexes,
    so with several indexes the highest effort counts. The look-up and the setting are one statement and thus one round
    trip, which ``SET LOCAL`` alone would also need. A cache in the process would save nothing and could be stale.
    """
    models = {index_name(model_id): model_id for model_id in model_ids}
    found = session.execute(_LOOK_UP, {"indexes": [*models, NEW]}).all()
    return {
        models[row.name]: _form_of(row.definition) for row in found if row.name in models and row.definition is not None
    }


@lru_cache(maxsize=64)
def _form_of(definition: str) -> IndexForm:
    return form_of(definition)
