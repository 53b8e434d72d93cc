"""How hard searches look in an index: as hard as it takes to find the right person, found by measuring."""

import logging
import math
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from db.core.index_form import IndexForm, Method
from db.search.index_build import execute
from db.search.index_comment import IndexComment, Tuning
from db.search.index_status import IndexStatus
from db.search.recall import Trials, missed

logger = logging.getLogger(__name__)

TARGET_RECALL = 0.995
"""How often the right person should come first, of those whom an exact search finds. A person whom the index misses has
to try again."""

BEST_RECALL, FEW = 0.999, 5_000
"""What is aimed at where a search looks at no more templates than that, which takes a millisecond."""

LEAST_RECALL = 0.99
"""What is enough where a search already looks at ``MANY`` templates."""

MANY = 70_000
"""Templates that take some 18 ms to look at. With a million people the last half per cent would cost as much again."""

SHARES = tuple(1.15**step / 128 for step in range(27))
"""Shares of the lists that are tried as the number of probes, until one reaches the target; the last is 0.30. With many
more the planner would no longer use the index."""

EF_SEARCH = (100, 120, 150, 180, 220, 270, 330, 400, 500, 650, 800, 1_000)
"""What is tried of HNSW, which allows no more than the last."""

CERTAIN_SHARE = 0.05
"""Once so few of the searches go wrong, they are made exactly, to leave out those that go wrong then too."""

SETTLED_SHARE = 0.9
"""Or once looking harder leaves more than that of them wrong: an exact search might not find them either."""


def tune(connection: Connection, status: IndexStatus, form: IndexForm, trials: Trials) -> Tuning:
    """Finds the least effort that reaches the target and writes it into the index's comment.

    Args:
        connection: one in autocommit mode, alone at this by the lock of ``db.search.index``.
        status: of the index, with the rows there are now.
        form: what it is made of.
        trials: people to search for.
    """
    tuning = _least_effort(connection, status, form, trials)
    comment = status.comment or IndexComment(status.rows, tuning.at)
    told = comment.tuned(tuning).as_text(status.model_id, form, status.lists, status.shards)
    execute(connection, f"COMMENT ON INDEX {status.name} IS '{told}'")
    logger.info("%s: effort %d, recall %.4f of %d", status.name, tuning.effort, tuning.recall, tuning.searches)
    return tuning


def _least_effort(connection: Connection, status: IndexStatus, form: IndexForm, trials: Trials) -> Tuning:
    """Whoever a search has found is found by one that looks harder, so that only the others are searched for again."""
    pending, searches, exact = trials, len(trials), False
    effort, recall = 1, 0.0
    for effort in _efforts(form, status.lists or 1):
        before = len(pending)
        pending = pending.pick(missed(connection, status.model_id, pending, form, effort))
        if not exact and (len(pending) <= CERTAIN_SHARE * len(trials) or len(pending) > SETTLED_SHARE * before):
            exact = True
            unfindable = missed(connection, status.model_id, pending, None)
            pending = pending.pick(sorted(set(range(len(pending))) - set(unfindable)))
            searches -= len(unfindable)
        recall = 1.0 - len(pending) / max(searches, 1)
        looks_at = effort * status.rows_each / status.lists if status.lists else effort
        if recall >= _goal(looks_at):
            break
    return Tuning(effort, recall, searches, status.rows, datetime.now(UTC))


def _goal(looks_at: float) -> float:
    if looks_at < FEW:
        return BEST_RECALL
    return TARGET_RECALL if looks_at < MANY else LEAST_RECALL


def _efforts(form: IndexForm, lists: int) -> Sequence[int]:
    if form.method is Method.HNSW:
        return EF_SEARCH
    return sorted({math.ceil(share * lists) for share in SHARES})
