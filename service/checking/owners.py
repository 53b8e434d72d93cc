"""Templates without an account. The foreign key prevents them, unless the templates are distributed."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from db.core.batches import in_batches
from db.core.engine import Database
from db.queries import consistency
from db.search import template_owners, templates
from service.checking.inconsistency import Inconsistency

BATCH = 1_000
"""Users whose templates are checked at a time."""

NO_ACCOUNT = "a template without an account"
"""Cause: the coordinator crashes between the commit of the shard's server and its own."""


def ownerless_templates(database: Database, *, repair: bool) -> Iterator[Inconsistency]:
    """Yields templates without an account, already erased if ``repair``. Raises DatabaseUnavailableError."""
    with database.unit_of_work() as work:
        if not template_owners.are_detached(work.session):
            return
    suspected: list[UUID] = []
    following = in_batches(
        database,
        lambda work, after: consistency.templates_after(work.session, after, BATCH),
        key=lambda user_id: user_id,
    )
    for user_ids in following:
        suspected += _ownerless(database, user_ids)
    for user_id in _ownerless(database, suspected):  # again, because running transactions have ended by now
        if repair:
            with database.unit_of_work() as work:
                templates.delete(work.session, user_id)
        yield Inconsistency(str(user_id), NO_ACCOUNT, repair)


def _ownerless(database: Database, user_ids: Sequence[UUID]) -> list[UUID]:
    with database.unit_of_work() as work:
        there = consistency.enrolments_of(work.session, user_ids)
    return [user_id for user_id in user_ids if user_id not in there]
