"""What an index tells of itself in its comment, for whoever looks with psql and for the searches that read it."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from db.core.index_form import IndexForm, Method

TIME = "%Y-%m-%d %H:%M UTC"


@dataclass(frozen=True)
class Tuning:
    """How hard a search has to look in an index, and what it then finds.

    Attributes:
        effort: lists probed, or the ``ef_search`` of HNSW.
        recall: how often the right person came first among those whom an exact search finds; 0 to 1.
        searches: in how many searches.
        rows: how many templates there were.
        at: when.
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
        trained_rows: how many templates there were when it was built.
        trained_at: when that was.
        tuning: None until it has been measured.
    """

    trained_rows: int
    trained_at: datetime
    tuning: Tuning | None = None

    def tuned(self, tuning: Tuning) -> "IndexComment":
        """The same index, measured."""
        return replace(self, tuning=tuning)

    def as_text(self, model_id: str, form: IndexForm, lists: int | None, shards: int | None = None) -> str:
        """One sentence without quotes, which ``db.search.index_use`` and :func:`read_comment` read."""
        told = [
            f"Nearest templates of {model_id} by cosine distance: {form.in_words()}",
            f"trained on {self.trained_rows} rows at {self.trained_at:{TIME}}",
        ]
        if lists is not None:
            told.append(f"{lists} lists")
        if shards is not None:
            told.append(f"one on each of {shards} shards")
        if self.tuning is not None:
            unit = "probes" if form.method is Method.IVFFLAT else "ef_search"
            told.append(
                f"{self.tuning.effort} {unit}: recall {self.tuning.recall:.4f} of {self.tuning.searches} searches "
                f"among {self.tuning.rows} rows at {self.tuning.at:{TIME}}"
            )
        return "; ".join(told)


_TRAINED = re.compile(r"trained on (\d+) rows at ([\d: -]+UTC)")
_TUNED = re.compile(r"(\d+) (?:probes|ef_search): recall ([\d.]+) of (\d+) searches among (\d+) rows at ([\d: -]+UTC)")


def read_comment(text: str) -> IndexComment | None:
    """The comment that :meth:`IndexComment.as_text` wrote; None of any other."""
    trained, tuned = _TRAINED.search(text), _TUNED.search(text)
    if trained is None:
        return None
    comment = IndexComment(int(trained[1]), _time(trained[2]))
    if tuned is None:
        return comment
    return comment.tuned(Tuning(int(tuned[1]), float(tuned[2]), int(tuned[3]), int(tuned[4]), _time(tuned[5])))


def _time(text: str) -> datetime:
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)
