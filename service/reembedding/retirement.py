"""The end of templates that newer ones have taken the place of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.core.engine import Database
from db.core.presence import models_served
from db.queries import reembedding
from db.search.unused_indexes import drop_unused_indexes

AT_ONCE = 1_000
"""Templates deleted in one transaction: a fraction of a second."""


@dataclass(frozen=True)
class Retirement:
    """What was retired.

    Attributes:
        held_back_by: models that running services enrol and search with and that are not the one to stay. Such a
            service may have started before there were templates of that one, and would not find anybody: as long as
            there is any, nothing is retired.
        templates: how many were deleted, by model id.
    """

    held_back_by: Sequence[str] = ()
    templates: Mapping[str, int] = field(default_factory=dict)


def retire_others(database: Database, model_id: str) -> Retirement:
    """Deletes the templates of other models of everybody who has one of this model, and indexes that are left empty.

    Nobody loses the only template they have. Only for the model of the settings. Raises DatabaseUnavailableError.
    """
    with database.unit_of_work() as work:
        served = [one for one in models_served(work.session) if one != model_id]
    if served:
        return Retirement(held_back_by=served)
    retired: Counter[str] = Counter()
    while True:
        with database.unit_of_work() as work:
            deleted = reembedding.retire(work.session, model_id, AT_ONCE)
        if not deleted:
            break
        retired.update(deleted)
    drop_unused_indexes(database, model_id)
    return Retirement(templates=retired)
