"""The comment of an index, which users read in psql and searches read as settings."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from db.core.index_form import IndexForm, Method

TIME = "%Y-%m-%d %H:%M UTC"
"""The form of times in a comment."""


@dataclass(frozen=True)
class Tuning:
    """The effort of a search in an index, and the recall at that effort.

    Attributes:
        effort: lists probed, or the ``ef_search`` of HNSW.
        recall: the share of searches that ranked the right person first, among those where an exact search does; 0 to
            1.
        searches: the number of those searches.
        rows: the number of templates at the time.
        at: the time of the measurement.
    """

    effort: int
    recall: float
    searches: int
    rows: int
    at: datetime


@dataclass(frozen=True)
class IndexComment:
    """An index's comment.

    Attributes:
        trained_rows: the number of templates when the index was built.
        trained_at: when it was built.
        tuning: None until it has been measured.
    """

    trained_rows: int
    trained_at: datetime
    tuning: Tuning | None = None

    def tuned(self, tuning: Tuning) -> "IndexComment":
        """Returns the comment with a measurement."""
        return replace(self, tuning=tuning)

    def as_text(self, model_id: str, form: IndexForm, lists: int | None, shards: int | None = None) -> str:
        """Formats one sentence without quotes, which ``db.search.index_use`` and :func:`read_comment` parse."""
        parts = [
            f"Nearest templates of {model_id} by cosine distance: {form.in_words()}",
            f"trained on {self.trained_rows} rows at {self.trained_at:{TIME}}",
        ]
        if lists is not None:
            parts.append(f"{lists} lists")
        if shards is not None:
            parts.append(f"one on each of {shards} shards")
        if self.tuning is not None:
            unit = "probes" if form.method is Method.IVFFLAT else "ef_search"
            parts.append(
                f"{self.tuning.effort} {unit}: recall {self.tuning.recall:.4f} of {self.tuning.searches} searches "
                f"among {self.tuning.rows} rows at {self.tuning.at:{TIME}}"
            )
        return "; ".join(parts)


_TRAINED = re.compile(r"trained on (\d+) rows at ([\d: -]+UTC)")
_TUNED = re.compile(r"(\d+) (?:probes|ef_search): recall ([\d.]+) of (\d+) searches among (\d+) rows at ([\d: -]+UTC)")


def read_comment(text: str) -> IndexComment | None:
    """Parses a comment of :meth:`IndexComment.as_text`; returns None for any other text."""
    trained, tuned = _TRAINED.search(text), _TUNED.search(text)
    if trained is None:
        return None
    comment = IndexComment(int(trained[1]), _time(trained[2]))
    if tuned is None:
        return comment
    return comment.tuned(Tuning(int(tuned[1]), float(tuned[2]), int(tuned[3]), int(tuned[4]), _time(tuned[5])))


def _time(text: str) -> datetime:
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)
