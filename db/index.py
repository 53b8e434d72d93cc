"""The vector index of a model: what it is called and how a search uses it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.models import check_model_id

MIN_PROBES = 32
"""Lists probed at least: DESIGN measured 100 % and 99.3 % with 316 and 1000 lists."""

PROBES_SQL = f"least(lists, greatest({MIN_PROBES}, ceil(sqrt(lists))::int))"
"""How many of its lists a search probes."""

_SET_PROBES = text(f"""
    SELECT set_config('ivfflat.probes', ({PROBES_SQL})::text, true)
    FROM (SELECT option_value::int AS lists
          FROM pg_class, pg_options_to_table(reloptions)
          WHERE oid = to_regclass(:index) AND option_name = 'lists') AS index_options
""")  # noqa: S608 (constants of this module)


def index_name(model_id: str) -> str:
    """What a model's index is called, such as ``ix_face_templates_facenet_casia_webface``."""
    return f"ix_face_templates_{check_model_id(model_id).replace('-', '_')}"


def set_probes(session: Session, model_id: str) -> None:
    """Sets how many lists the transaction's searches probe, by the index as it is now; without one, nothing.

    Reading the number of lists and setting the probes is one statement, so it costs one round trip, as ``SET LOCAL``
    alone would, and can never be out of date.
    """
    session.execute(_SET_PROBES, {"index": index_name(model_id)})
