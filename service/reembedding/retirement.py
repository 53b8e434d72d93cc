"""Deletes templates that newer ones have replaced."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.core.engine import Database
from db.core.presence import models_served
from db.queries import reembedding
from db.search.unused_indexes import drop_unused_indexes

AT_ONCE = 1_000
"""Templates deleted in one transaction, which takes a fraction of a second."""


@dataclass(frozen=True)
class Retirement:
    """The result of a retirement.

    Attributes:
        held_back_by: other models that running services use for enrolments and searches. Such a service may have
            started before there were templates of the new model, and would then find no users. So nothing is retired
            while there is one.
        templates: the number of deleted templates by model id.
    """

    held_back_by: Sequence[str] = ()
    templates: Mapping[str, int] = field(default_factory=dict)


def retire_others(database: Database, model_id: str) -> Retirement:
    """Deletes other models' templates of users who have one of this model, and indexes that become empty.

    No user loses their only template. Call it only for the model of the settings. Raises DatabaseUnavailableError.
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
