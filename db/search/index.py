"""The life of a model's vector index: built once it helps, tuned as the gallery changes, and trained anew.

A gallery below ``MIN_ROWS`` is searched exactly: that misses nobody and takes a few milliseconds at most. From there on
there is an index, whose lists follow from the number of rows, and in which a search looks as hard as it must: recall is
measured with query vectors as like the templates of their people as captures are. As the gallery grows or shrinks, as
time passes, or when newcomers crowd into few lists, it is measured again, and trained anew where that helps.
`benchmarks/results/` says what all this costs and finds.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from db.core.citus import is_distributed
from db.core.engine import Database
from db.core.gallery_size import estimate_templates
from db.core.index_form import IndexForm
from db.core.locks import try_lock
from db.search.index_build import build, drop, drop_leftovers
from db.search.index_comment import Tuning
from db.search.index_status import IndexStatus, counted_status, status_on
from db.search.index_tuning import LEAST_RECALL, tune
from db.search.recall import Trials, crowding, draw_trials

MIN_ROWS = 1_000
"""Templates from which on an index is built: there it saves a millisecond or two. It would be faster from a few hundred
on, but by a fraction of a millisecond, and an exact search misses nobody."""

GROWTH = 4
"""An index is trained anew when there are so many times the templates it was trained on, or so many times fewer."""

TUNING_GROWTH = 1.25
"""Recall is measured anew when there are so many times the templates there were, or so many times fewer."""

TUNING_AGE = timedelta(days=7)
"""And when so much time has passed: others may have come and gone."""

MAX_CROWDING = 2.0
"""An index is trained anew when the lists that searches probe hold so many times the templates of equally many others.
Of an index that was just trained they hold about 1.2 times as many, as larger lists are probed more often."""

CROWDING_TRIALS = 20
"""Searches by which that is told."""

LOCK_KEY = 0x56697361_696E6478
"""The advisory lock held while building, tuning or dropping ("Visaindx" in ASCII): one process at a time."""


class Action(StrEnum):
    """What was done about an index."""

    BUILT = "built"
    REBUILT = "rebuilt"
    TUNED = "tuned"
    UP_TO_DATE = "up to date"
    DROPPED = "dropped, as so few are searched exactly"
    TOO_FEW_ROWS = "too few rows, or no index"
    BUSY = "busy"
    DISTRIBUTED = "left to `visage distribute`, as the templates are distributed"


def ensure_index(database: Database, model_id: str, form: IndexForm, similarities: Sequence[float]) -> Action:
    """Builds, rebuilds or tunes a model's index if it is time to. Reads and writes go on meanwhile.

    Looks at the catalogue when there is nothing to do, takes minutes when there is, and returns at once when another
    process is at it. Not for the middle of a request. Where the templates are distributed, that is the business of
    ``db.sharding.shard_index``.

    Args:
        form: what the index should be made of.
        similarities: as :func:`db.search.recall.draw_trials` takes them.
    """
    with _alone(database) as (connection, obstacle):
        if obstacle is not None:
            return obstacle
        drop_leftovers(connection, model_id)
        about = status_on(connection, model_id, estimate_templates(connection, model_id))
        if _is_due(about, form):  # by the server's number, which may be too high
            about = counted_status(connection, model_id)
        if about.exists and about.rows < MIN_ROWS // GROWTH:
            drop(connection, about.name)
            return Action.DROPPED
        if should_be_built(about, form):
            return _rebuild(connection, about, form, similarities)
        if should_be_tuned(about, datetime.now(UTC)):
            return _tune_or_rebuild(connection, about, form, similarities)
        return Action.UP_TO_DATE if about.exists else Action.TOO_FEW_ROWS


def rebuild_index(database: Database, model_id: str, form: IndexForm, similarities: Sequence[float]) -> Action:
    """Builds or rebuilds a model's index now, however few rows there are; with none it has nothing to learn from."""
    with _alone(database) as (connection, obstacle):
        if obstacle is not None:
            return obstacle
        drop_leftovers(connection, model_id)
        status = counted_status(connection, model_id)
        return _rebuild(connection, status, form, similarities) if status.rows else Action.TOO_FEW_ROWS


def tune_index(database: Database, model_id: str, similarities: Sequence[float]) -> Action:
    """Measures an index now and sets how hard searches look; trains it anew only where they can't look hard enough."""
    with _alone(database) as (connection, obstacle):
        if obstacle is not None:
            return obstacle
        status = counted_status(connection, model_id)
        if status.form is None or not status.rows:
            return Action.TOO_FEW_ROWS
        return _tune_or_rebuild(connection, status, status.form, similarities)


def should_be_built(status: IndexStatus, form: IndexForm) -> bool:
    """Whether there are enough templates for an index that is missing, too many or too few for it, or another form."""
    if not status.exists:
        return status.rows_each >= MIN_ROWS
    trained = status.trained_rows or 0
    is_outgrown = status.rows >= GROWTH * trained or GROWTH * status.rows <= trained
    return is_outgrown or status.form != form


def should_be_tuned(status: IndexStatus, now: datetime) -> bool:
    """Whether what was measured of an index tells too little of it by now."""
    tuning = status.tuning
    if tuning is None or now - tuning.at >= TUNING_AGE:
        return status.exists
    return status.rows >= TUNING_GROWTH * tuning.rows or TUNING_GROWTH * status.rows <= tuning.rows


@contextmanager
def _alone(database: Database) -> Iterator[tuple[Connection, Action | None]]:
    """A connection to look after an index on, and what keeps this process from it, if anything."""
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        if not mine:
            yield connection, Action.BUSY
        else:
            yield connection, Action.DISTRIBUTED if is_distributed(connection) else None


def _is_due(status: IndexStatus, form: IndexForm) -> bool:
    return should_be_built(status, form) or should_be_tuned(status, datetime.now(UTC))


def _rebuild(connection: Connection, status: IndexStatus, form: IndexForm, similarities: Sequence[float]) -> Action:
    build(connection, status, form)
    built = counted_status(connection, status.model_id)
    tune(connection, built, form, draw_trials(connection, built.model_id, built.rows, similarities))
    return Action.REBUILT if status.exists else Action.BUILT


def _tune_or_rebuild(
    connection: Connection, status: IndexStatus, form: IndexForm, similarities: Sequence[float]
) -> Action:
    trials = draw_trials(connection, status.model_id, status.rows, similarities)
    tuning = tune(connection, status, form, trials)
    if _is_stale(status, tuning.at) and (
        tuning.recall < LEAST_RECALL or _is_crowded(connection, status, form, trials, tuning)
    ):
        return _rebuild(connection, status, form, similarities)
    return Action.TUNED


def _is_stale(status: IndexStatus, now: datetime) -> bool:
    """Whether training anew may help: on the rows that it was trained on it would come to the same."""
    comment = status.comment
    if comment is None or now - comment.trained_at >= TUNING_AGE:
        return True
    return status.rows >= TUNING_GROWTH * comment.trained_rows or TUNING_GROWTH * status.rows <= comment.trained_rows


def _is_crowded(connection: Connection, status: IndexStatus, form: IndexForm, trials: Trials, tuning: Tuning) -> bool:
    if status.lists is None:
        return False
    few = trials.pick(range(min(CROWDING_TRIALS, len(trials))))
    fair = status.rows * tuning.effort / status.lists
    return crowding(connection, status.model_id, few, form, tuning.effort, fair) > MAX_CROWDING
