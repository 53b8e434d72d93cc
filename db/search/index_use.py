"""Prepares a search in a model's index: finds the index's form, and sets the search effort."""

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
"""The share of the probes that a first look takes. Among 100,000 people it finds about 96 % of the users that the whole
search finds (``benchmarks.speed.scale``). A second look then starts anew."""

WORTH_TWO_LOOKS = 10_000
"""Templates in the probed lists from which on a first look is taken: they take some 4 ms to look at, and the two
further round trips of a second look take some 0.5 ms."""

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
    SELECT name, definition, whole, first,
           set_config('ivfflat.probes', (CASE WHEN :in_two_looks THEN first ELSE whole END)::text, true),
           set_config('hnsw.ef_search', ef_search::text, true)
    FROM (
        SELECT name, pg_get_indexdef(oid) AS definition,
               coalesce(max({PROBES_SQL}) OVER (), 1) AS whole,
               coalesce(max({FIRST_SQL}) OVER (), 1) AS first,
               coalesce(max({EF_SQL}) OVER (), {UNMEASURED_EF}) AS ef_search
        FROM unnest(CAST(:indexes AS text[])) AS name
        JOIN pg_class ON oid = to_regclass(name) JOIN pg_index ON indexrelid = oid AND indisvalid
    ) AS found
""")  # noqa: S608 (constants)

_LOOK_FURTHER = text("SELECT set_config('ivfflat.probes', CAST(:probes AS text), true)")


@dataclass(frozen=True)
class Prepared:
    """How the searches of a transaction use the indexes.

    Attributes:
        forms: what the indexes are made of, by model id, for the models that have one.
        first: how many lists the searches probe now.
        whole: how many lists a whole search probes; equal to ``first`` where one look is enough.
    """

    forms: Mapping[str, IndexForm]
    first: int = 1
    whole: int = 1

    @property
    def has_second_look(self) -> bool:
        """Whether there are lists left for a second look."""
        return self.first < self.whole

    def look_further(self, session: Session) -> None:
        """Sets how many lists the transaction's next searches probe to those of a whole search."""
        session.execute(_LOOK_FURTHER, {"probes": self.whole})


def index_name(model_id: str) -> str:
    """Returns the name of a model's index, such as ``ix_face_templates_facenet_casia_webface``."""
    return f"ix_face_templates_{check_model_id(model_id).replace('-', '_')}"


def prepare_search(session: Session, model_ids: Sequence[str], *, in_two_looks: bool = False) -> Prepared:
    """Looks up the indexes of these models and sets the search effort of the transaction.

    If an index is being replaced, it may be renamed or dropped after this look-up.

    There is one setting for all indexes, so with several indexes the highest effort counts. The look-up and the setting
    are one statement and thus one round trip, which ``SET LOCAL`` alone would also need. A cache in the process would
    save nothing and could be stale.

    Args:
        model_ids: of the models to search.
        in_two_looks: whether the caller takes a first look where that pays, and looks further if it must.
    """
    models = {index_name(model_id): model_id for model_id in model_ids}
    parameters = {"indexes": [*models, NEW], "in_two_looks": in_two_looks, "many": WORTH_TWO_LOOKS}
    found = session.execute(_LOOK_UP, parameters).all()
    forms = {
        models[row.name]: _form_of(row.definition) for row in found if row.name in models and row.definition is not None
    }
    if not found:
        return Prepared(forms)
    return Prepared(forms, found[0].first if in_two_looks else found[0].whole, found[0].whole)


@lru_cache(maxsize=64)
def _form_of(definition: str) -> IndexForm:
    return form_of(definition)
