"""``visage index``: describes the vector index."""

from collections.abc import Iterator

from db.search.index import MIN_ROWS
from db.search.index_status import IndexStatus


def describe(status: IndexStatus) -> Iterator[str]:
    """Describes an index, line by line."""
    yield f"model           {status.model_id}"
    yield f"people          {status.rows:,}"
    if status.form is None:
        yield f"index           none: every search is exact; the service builds one from {MIN_ROWS:,} people on"
        return
    yield f"index           {status.name}, {(status.size or 0) / 2**20:.1f} MiB"
    yield f"form            {status.form.in_words()}"
    if status.lists is not None:
        yield f"lists           {status.lists:,}"
    if status.comment is not None:
        yield f"trained on      {status.comment.trained_rows:,} people, {status.comment.trained_at:%Y-%m-%d %H:%M} UTC"
    if status.tuning is None:
        yield "searches        not measured yet: they probably examine more than necessary"
        return
    unit = "lists probed" if status.lists is not None else "ef_search"
    yield f"searches        {status.tuning.effort:,} {unit}"
    yield (
        f"recall          {status.tuning.recall:.2%} of {status.tuning.searches:,} searches on "
        f"{status.tuning.at:%Y-%m-%d}, with {status.tuning.rows:,} people"
    )
