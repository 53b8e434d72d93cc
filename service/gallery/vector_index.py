"""The vector index for searches among a model's templates."""

from collections.abc import Callable, Sequence

from db.core.engine import Database
from db.core.index_due import Due
from db.core.index_form import IndexForm, Method, Storage
from db.search.index import Action, ensure_index, rebuild_index, tune_index, work_due
from db.search.index_status import IndexStatus, index_status
from db.search.index_work import IndexWork, work_under_way
from embeddings.core.models import ModelCard
from embeddings.scores.references import reference

SCORES = 200
"""How many genuine scores a measurement draws its query vectors from."""


def index_form(card: ModelCard, method: str) -> IndexForm:
    """Returns the form of a model's index: half-precision numbers.

    The search ranks the index's results by the full vectors. This finds as many people as an index on full vectors, at
    half the size. One bit per number takes a sixteenth of that, but its lists gather the wrong people: of 100,000
    people, with 45 of 632 lists probed, 76 % come first by SFace and 98.5 % by FaceNet, and 99 % with half-precision
    numbers by either model (``benchmarks.speed.scale`` compares the kinds).
    """
    return IndexForm(card.dimension, Method(method), Storage.HALFVEC)


def query_similarities(card: ModelCard) -> Sequence[float]:
    """Returns equally likely cosines of captures with their own template, for measurements of an index."""
    return reference(card.model_id).genuine_scores(SCORES)


class VectorIndex:
    """The index of one model."""

    def __init__(self, database: Database, card: ModelCard, method: str) -> None:
        """``method`` is the settings' index method: ``ivfflat`` or ``hnsw``."""
        self._database = database
        self._card = card
        self._form = index_form(card, method)

    def ensure(self) -> Action:
        """Builds, rebuilds or tunes the index if that is due; see :func:`db.search.index.ensure_index`."""
        return ensure_index(self._database, self._card.model_id, self._form, query_similarities(self._card))

    def rebuild(self, on_begun: Callable[[], None] = lambda: None) -> Action:
        """Rebuilds the index, whether that is due or not; see :func:`db.search.index.rebuild_index`."""
        similarities = query_similarities(self._card)
        return rebuild_index(self._database, self._card.model_id, self._form, similarities, on_begun)

    def tune(self, on_begun: Callable[[], None] = lambda: None) -> Action:
        """Measures the recall of searches, and sets how many lists or candidates they examine."""
        return tune_index(self._database, self._card.model_id, query_similarities(self._card), on_begun)

    def status(self) -> IndexStatus:
        """Returns the current state of the index."""
        return index_status(self._database, self._card.model_id)

    def due(self, status: IndexStatus) -> Due | None:
        """Returns why the next upkeep works on an index with this status, or None."""
        return work_due(status, self._form)

    def work(self) -> IndexWork:
        """Returns what any process is doing to an index now, and the state of this index."""
        return work_under_way(self._database, self._card.model_id)
