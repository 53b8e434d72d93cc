"""The vector index that a model's templates are searched with."""

from collections.abc import Sequence

from db.core.engine import Database
from db.core.index_form import IndexForm, Method, Storage
from db.search.index import Action, ensure_index, rebuild_index, tune_index
from db.search.index_status import IndexStatus, index_status
from embeddings.core.models import ModelCard
from embeddings.scores.references import reference

SCORES = 200
"""Genuine scores from which the query vectors of a measurement are drawn."""


def index_form(card: ModelCard, method: str) -> IndexForm:
    """What a model's index is made of: half-precision numbers.

    The search ranks what the index finds by the vectors themselves. It finds as many people as an index on the vectors,
    at half the size. One bit a number takes a sixteenth of that, but its lists gather the wrong people: of 100,000,
    with 45 of 632 lists probed, 76 % come first by SFace and 98.5 % by FaceNet, and 99 % by half-precision numbers of
    either (``benchmarks.speed.scale`` compares the kinds).
    """
    return IndexForm(card.dimension, Method(method), Storage.HALFVEC)


def query_similarities(card: ModelCard) -> Sequence[float]:
    """Cosines of captures with the templates of their own people, to measure an index with; each as likely."""
    return reference(card.model_id).genuine_scores(SCORES)


class VectorIndex:
    """The index of one model."""

    def __init__(self, database: Database, card: ModelCard, method: str) -> None:
        """``method`` is that of the settings: ``ivfflat`` or ``hnsw``."""
        self._database = database
        self._card = card
        self._form = index_form(card, method)

    def ensure(self) -> Action:
        """Builds, rebuilds or tunes it if it is time to; see :func:`db.search.index.ensure_index`."""
        return ensure_index(self._database, self._card.model_id, self._form, query_similarities(self._card))

    def rebuild(self) -> Action:
        """Builds it anew, whether it is time to or not."""
        return rebuild_index(self._database, self._card.model_id, self._form, query_similarities(self._card))

    def tune(self) -> Action:
        """Measures what searches find, and sets how hard they look."""
        return tune_index(self._database, self._card.model_id, query_similarities(self._card))

    def status(self) -> IndexStatus:
        """How it is now."""
        return index_status(self._database, self._card.model_id)
