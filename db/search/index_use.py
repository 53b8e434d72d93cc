"""How a search uses a model's index: what the index is called, what it is made of, and how hard a search looks."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.core.index_form import IndexForm, form_of
from db.core.models import check_model_id

UNMEASURED_SHARE = 0.25
"""The share of the lists probed while an index has no measured number of probes in its comment, for seconds after it
has been built: rather slow than blind, and still few enough for the planner to use it."""

UNMEASURED_EF = 400
"""The ``ef_search`` of an HNSW index of which nothing was measured."""

LISTS_SQL = "(SELECT option_value::int FROM pg_options_to_table(reloptions) WHERE option_name = 'lists')"
"""The number of lists of an index, given its row of ``pg_class``; null for one that has none."""

PROBES_SQL = (
    "coalesce(substring(obj_description(oid, 'pg_class') from '(\\d+) probes')::int, "
    f"ceil({UNMEASURED_SHARE} * {LISTS_SQL})::int)"
)
"""The number of lists of an IVFFlat index that a search probes, given its row of ``pg_class``."""

EF_SQL = f"coalesce(substring(obj_description(oid, 'pg_class') from '(\\d+) ef_search')::int, {UNMEASURED_EF})"
"""How many candidates a search of an HNSW index keeps in view, given its row of ``pg_class``."""

NEW = "ix_face_templates_new"
"""What an index is called until it takes its place. For the moment in which both it and the old one can be used, or for
longer after a crash, searches look hard enough for either."""

_LOOK_UP = text(f"""
    SELECT name, pg_get_indexdef(oid) AS definition,
           set_config('ivfflat.probes', coalesce(max({PROBES_SQL}) OVER (), 1)::text, true),
           set_config('hnsw.ef_search', coalesce(max({EF_SQL}) OVER (), {UNMEASURED_EF})::text, true)
    FROM unnest(CAST(:indexes AS text[])) AS name
    JOIN pg_class ON oid = to_regclass(name) JOIN pg_index ON indexrelid = oid AND indisvalid
""")  # noqa: S608 (constants)


def index_name(model_id: str) -> str:
    """What a model's index is called, such as ``ix_face_templates_facenet_casia_webface``."""
    return f"ix_face_templates_{check_model_id(model_id).replace('-', '_')}"


def prepare_search(session: Session, model_ids: Sequence[str]) -> Mapping[str, IndexForm]:
    """What the indexes of these models are made of, by model id, for those that have one.

    An index may be in the middle of being replaced: then it is by now called otherwise, or gone.

    It also sets how hard the transaction's searches look, by the indexes' comments: there is one setting for all
    indexes, so that with several that of the index which needs most counts. Looking up and setting are one statement
    and thus one round trip, as ``SET LOCAL`` alone would be; what is remembered in the process would save nothing and
    could be out of date.
    """
    models = {index_name(model_id): model_id for model_id in model_ids}
    found = session.execute(_LOOK_UP, {"indexes": [*models, NEW]}).all()
    return {
        models[row.name]: _form_of(row.definition) for row in found if row.name in models and row.definition is not None
    }


@lru_cache(maxsize=64)
def _form_of(definition: str) -> IndexForm:
    return form_of(definition)
