"""Keeps a model's vector index in order: builds it when it helps, tunes it as the gallery changes, and retrains it.

A gallery gets an index at ``MIN_ROWS`` templates. Without an index it is searched exactly, which misses nobody and
takes a few milliseconds at most. If a gallery shrinks, its index stays until fewer than ``MIN_ROWS // GROWTH``
templates are left. The number of lists follows from the number of rows. The search effort follows from the recall,
measured with query vectors that are as similar to their people's templates as real captures are. The recall is measured
again when the gallery grows or shrinks, after some time, or when new people crowd into few lists. The index is
retrained if that helps. `benchmarks/results/` has the costs and the recall.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from db.core.citus import is_distributed
from db.core.engine import Database
from db.core.gallery_size import estimate_templates
from db.core.index_due import Due
from db.core.index_form import IndexForm
from db.core.locks import try_lock
from db.search.index_build import build, drop, drop_leftovers
from db.search.index_comment import Tuning
from db.search.index_status import IndexStatus, counted_status, status_on
from db.search.index_tuning import LEAST_RECALL, tune
from db.search.recall import Trials, crowding, draw_trials

MIN_ROWS = 1_000
"""Templates from which on an index is built. At this size it saves a millisecond or two. It is faster from a few
hundred on, but only by a fraction of a millisecond, and an exact search misses nobody."""

GROWTH = 4
"""An index is retrained when the number of templates has grown or shrunk by this factor since its training."""

TUNING_GROWTH = 1.25
"""Recall is measured again when the number of templates has grown or shrunk by this factor since the last time."""

TUNING_AGE = timedelta(days=7)
"""Recall is also measured again after this time, because other people may have come and gone."""

MAX_CROWDING = 2.0
"""An index is retrained when the lists that searches probe hold this many times the templates of average lists. In a
newly trained index the factor is about 1.2, because larger lists are probed more often."""

CROWDING_TRIALS = 20
"""Searches by which the crowding is measured."""

LOCK_KEY = 0x56697361_696E6478
"""The advisory lock held while building, tuning or dropping ("Visaindx" in ASCII), one process at a time."""


class Action(StrEnum):
    """The action taken on an index."""

    BUILT = "built"
    REBUILT = "rebuilt"
    TUNED = "tuned"
    UP_TO_DATE = "up to date"
    DROPPED = "dropped, as so few are searched exactly"
    TOO_FEW_ROWS = f"no index: searches are exact; the service builds one from {MIN_ROWS:,} people on"
    BUSY = "busy"
    DISTRIBUTED = "left to `visage distribute`, as the templates are distributed"


def ensure_index(database: Database, model_id: str, form: IndexForm, similarities: Sequence[float]) -> Action:
    """Builds, rebuilds or tunes a model's index if it is due. Reads and writes continue meanwhile.

    If nothing is due, it only reads the catalogue. If something is due, it takes minutes, so don't call it inside a
    request. It returns at once if another process has the lock. For distributed templates use
    ``db.sharding.shard_index``.

    Args:
        form: the form that the index should have.
        similarities: as :func:`db.search.recall.draw_trials` takes them.
    """
    with _alone(database) as (connection, obstacle):
        if obstacle is not None:
            return obstacle
        drop_leftovers(connection, model_id)
        status = status_on(connection, model_id, estimate_templates(connection, model_id))
        if work_due(status, form):  # by the server's estimate, which may be too high
            status = counted_status(connection, model_id)
        if status.exists and status.rows < MIN_ROWS // GROWTH:
            drop(connection, status.name)
            return Action.DROPPED
        if build_due(status, form):
            return _rebuild(connection, status, form, similarities)
        if measurement_due(status, datetime.now(UTC)):
            return _tune_or_rebuild(connection, status, form, similarities)
        return Action.UP_TO_DATE if status.exists else Action.TOO_FEW_ROWS


def rebuild_index(
    database: Database,
    model_id: str,
    form: IndexForm,
    similarities: Sequence[float],
    on_begun: Callable[[], None] = lambda: None,
) -> Action:
    """Builds or rebuilds a model's index now, even for few rows; without rows it cannot be trained.

    ``on_begun`` is called once nothing prevents the work; if it raises, nothing is done.
    """
    with _alone(database) as (connection, obstacle):
        if obstacle is not None:
            return obstacle
        status = counted_status(connection, model_id)
        if not status.rows:
            return Action.TOO_FEW_ROWS
        on_begun()
        drop_leftovers(connection, model_id)
        return _rebuild(connection, status, form, similarities)


def tune_index(
    database: Database, model_id: str, similarities: Sequence[float], on_begun: Callable[[], None] = lambda: None
) -> Action:
    """Measures an index now and sets its search effort; retrains it only if no effort reaches the required recall.

    ``on_begun``: as for :func:`rebuild_index`.
    """
    with _alone(database) as (connection, obstacle):
        if obstacle is not None:
            return obstacle
        status = counted_status(connection, model_id)
        if status.form is None or not status.rows:
            return Action.TOO_FEW_ROWS
        on_begun()
        return _tune_or_rebuild(connection, status, status.form, similarities)


def build_due(status: IndexStatus, form: IndexForm) -> Due | None:
    """Returns why to build an index: it is missing and worthwhile, trained on far more or fewer rows, or another form.

    Returns None if there is no reason.
    """
    if not status.exists:
        return Due.MISSING if status.rows_each >= MIN_ROWS else None
    trained = status.trained_rows or 0
    if status.rows >= GROWTH * trained or GROWTH * status.rows <= trained:
        return Due.OUTGROWN
    return Due.OTHER_FORM if status.form != form else None


def measurement_due(status: IndexStatus, now: datetime) -> Due | None:
    """Returns why to measure an index: it is not measured, or long ago, or in a gallery of another size; or None."""
    tuning = status.tuning
    if not status.exists:
        return None
    if tuning is None:
        return Due.NOT_MEASURED
    if now - tuning.at >= TUNING_AGE:
        return Due.MEASURED_LONG_AGO
    is_other = status.rows >= TUNING_GROWTH * tuning.rows or TUNING_GROWTH * status.rows <= tuning.rows
    return Due.OTHER_SIZE if is_other else None


def work_due(status: IndexStatus, form: IndexForm) -> Due | None:
    """Returns why to build or else to measure an index now, or None."""
    return build_due(status, form) or measurement_due(status, datetime.now(UTC))


@contextmanager
def _alone(database: Database) -> Iterator[tuple[Connection, Action | None]]:
    """Yields a connection with the lock for index work, and the reason not to do it, or None."""
    with database.autocommit() as connection, try_lock(connection, LOCK_KEY) as mine:
        if not mine:
            yield connection, Action.BUSY
        else:
            yield connection, Action.DISTRIBUTED if is_distributed(connection) else None


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
    """Whether retraining may help; on unchanged rows it would give the same index."""
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
