"""Builds and tunes the vector index of distributed templates: one index on each shard.

It is trained on the rows of its shard, so it is built after they have been moved, and its number of lists suits the
rows of a shard. Its name, form, lists and comment are at the coordinator's own, empty table, as they are without Citus.
So a search finds them in the usual place.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from db.core.gallery_size import count_templates
from db.core.index_form import IndexForm
from db.search.index import MIN_ROWS, build_due, measurement_due
from db.search.index_build import build, drop_leftovers
from db.search.index_status import status_on
from db.search.index_tuning import tune
from db.search.recall import draw_trials


def ensure_shard_indexes(
    connection: Connection, model_id: str, form: IndexForm, similarities: Sequence[float]
) -> Iterator[str]:
    """Builds, rebuilds or tunes a model's index on every shard if it is due; yields a sentence on each step.

    Args:
        connection: to the coordinator, in autocommit mode, without a statement timeout and with the lock of
            ``db.search.index``.
        form: the form that the index should have.
        similarities: as :func:`db.search.recall.draw_trials` takes them.
    """
    drop_leftovers(connection, model_id)
    rows = count_templates(connection, model_id)
    status = status_on(connection, model_id, rows)
    if build_due(status, form):
        yield f"{status.name}: {form.in_words()}, of {status.rows_each:,} templates on each of {status.shards} shards"
        build(connection, status, form)
        status = status_on(connection, model_id, rows)
    if not status.exists:
        yield f"no index: a shard has {status.rows_each:,} templates and is searched exactly up to {MIN_ROWS:,}"
    elif measurement_due(status, datetime.now(UTC)):
        yield f"{status.name}: measuring its recall"
        tuning = tune(connection, status, form, draw_trials(connection, model_id, rows, similarities))
        yield f"{status.name}: effort {tuning.effort}, recall {tuning.recall:.2%} of {tuning.searches:,} searches"
    else:
        yield f"{status.name}: trained on {status.trained_rows:,} of {rows:,} templates, up to date"
