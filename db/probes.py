"""How a search uses a model's index: what the index is called, and how many of its lists are probed."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.models import check_model_id

UNMEASURED_SHARE = 0.375
"""The share of the lists probed while an index has no measured number of probes in its comment: rather slow than
blind, and still few enough for the planner to use it (see ``db.index``)."""

LISTS_SQL = "(SELECT option_value::int FROM pg_options_to_table(reloptions) WHERE option_name = 'lists')"
"""The number of lists of an index, given its row of ``pg_class``."""

PROBES_SQL = (
    "coalesce(substring(obj_description(oid, 'pg_class') from '(\\d+) probes')::int, "
    f"ceil({UNMEASURED_SHARE} * {LISTS_SQL})::int)"
)
"""The number of probes of an index, given its row of ``pg_class``."""

_SET_PROBES = text(
    f"SELECT set_config('ivfflat.probes', max({PROBES_SQL})::text, true) "  # noqa: S608
    "FROM pg_class WHERE oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:indexes AS text[])) AS name) "
    "HAVING count(*) > 0"
)


def index_name(model_id: str) -> str:
    """What a model's index is called, such as ``ix_face_templates_facenet_casia_webface``."""
    return f"ix_face_templates_{check_model_id(model_id).replace('-', '_')}"


def set_probes(session: Session, model_ids: Sequence[str]) -> None:
    """Sets how many lists the transaction's searches probe, by the indexes as they are now; without one, nothing.

    There is one setting for all indexes: with several, that of the index which needs most. Looking up the number and
    setting it is one statement and thus one round trip, as ``SET LOCAL`` alone would be; a number remembered in the
    process would save nothing and could be out of date.
    """
    session.execute(_SET_PROBES, {"indexes": [index_name(model_id) for model_id in model_ids]})
