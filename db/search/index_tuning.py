"""Finds the least search effort (probes or ``ef_search``) with which searches of an index find the right person."""

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
"""The target recall: the share of the people found by an exact search whom the index finds too. A missed person has to
try again."""

BEST_RECALL, FEW = 0.999, 5_000
"""The target recall if a search reads fewer than ``FEW`` templates, which takes about a millisecond."""

LEAST_RECALL = 0.99
"""The target recall if a search reads ``MANY`` templates or more."""

MANY = 70_000
"""Templates that a search reads in about 18 ms. With a million people, 0.5 % more recall would double the time."""

SHARES = tuple(1.15**step / 128 for step in range(27))
"""The numbers of probes to try, as shares of the lists. The last is 0.30: with many more probes, the planner would not
use the index."""

EF_SEARCH = (100, 120, 150, 180, 220, 270, 330, 400, 500, 650, 800, 1_000)
"""The values of ``ef_search`` to try; the last is pgvector's maximum."""

CERTAIN_SHARE = 0.05
"""If at most this share of the trials is still missed, an exact search shows which of them can be found at all. The
others do not count."""

SETTLED_SHARE = 0.9
"""The exact search also runs if an effort leaves more than this share of the trials that the effort before missed."""


def tune(connection: Connection, status: IndexStatus, form: IndexForm, trials: Trials) -> Tuning:
    """Finds the least effort that reaches the target and writes it into the index's comment.

    Args:
        connection: one in autocommit mode that holds the lock of ``db.search.index``.
        status: the current status of the index.
        form: the form of the index.
        trials: people to search for.
    """
    tuning = _least_effort(connection, status, form, trials)
    comment = status.comment or IndexComment(status.rows, tuning.at)
    text = comment.tuned(tuning).as_text(status.model_id, form, status.lists, status.shards)
    execute(connection, f"COMMENT ON INDEX {status.name} IS '{text}'")
    logger.info("%s: effort %d, recall %.4f of %d", status.name, tuning.effort, tuning.recall, tuning.searches)
    return tuning


def _least_effort(connection: Connection, status: IndexStatus, form: IndexForm, trials: Trials) -> Tuning:
    """Tries growing efforts. A higher effort finds everybody whom a lower one found, so only the others are retried."""
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
        templates_read = effort * status.rows_each / status.lists if status.lists else effort
        if recall >= _goal(templates_read):
            break
    return Tuning(effort, recall, searches, status.rows, datetime.now(UTC))


def _goal(templates_read: float) -> float:
    if templates_read < FEW:
        return BEST_RECALL
    return TARGET_RECALL if templates_read < MANY else LEAST_RECALL


def _efforts(form: IndexForm, lists: int) -> Sequence[int]:
    if form.method is Method.HNSW:
        return EF_SEARCH
    return sorted({math.ceil(share * lists) for share in SHARES})
