"""The metrics of the gallery, computed on request."""

import time
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from db.core.errors import DatabaseError
from db.search.index_status import IndexStatus
from service.gallery.gallery import Gallery, Snapshot
from service.gallery.vector_index import VectorIndex

INDEX_AGE_SECONDS = 60.0
"""Maximum age of the index metrics: counting the templates takes 50 ms for a million."""


class GalleryMetrics(Collector):
    """The gallery's size, its cut-offs and its index. Safe to use from several threads."""

    def __init__(self, gallery: Gallery, index: VectorIndex, clock: Callable[[], float] = time.monotonic) -> None:
        self._gallery = gallery
        self._index = index
        self._clock = clock
        self._latest: tuple[float, IndexStatus] | None = None

    def describe(self) -> Iterator[Metric]:
        """Yields nothing, so that the registration does not query the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yields the current metrics; if the database is unavailable, only that."""
        try:
            snapshot, status = self._gallery.snapshot(), self._index_status()
        except DatabaseError:
            yield GaugeMetricFamily("visage_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("visage_database_up", "Whether the database answers.", 1)
        yield from _of_gallery(snapshot)
        yield from _of_index(status)

    def _index_status(self) -> IndexStatus:
        if self._latest is None or self._clock() - self._latest[0] > INDEX_AGE_SECONDS:
            self._latest = self._clock(), self._index.status()
        return self._latest[1]


def _of_gallery(snapshot: Snapshot) -> Iterator[Metric]:
    info = GaugeMetricFamily("visage_model_info", "Models that searches use.", labels=["model", "use"])
    people = GaugeMetricFamily("visage_gallery_people", "People with a template.", labels=["model"])
    cutoff = GaugeMetricFamily("visage_cutoff", "Least cosine similarity of a match.", labels=["model", "compared"])
    for model in snapshot.models.values():
        info.add_metric([model.model_id, "enrolment" if model.model_id == snapshot.main else "earlier"], 1)
        people.add_metric([model.model_id], model.people)
        cutoff.add_metric([model.model_id, "gallery"], model.decision.cutoff)
        cutoff.add_metric([model.model_id, "person"], model.decision.verify_cutoff)
    yield from (info, people, cutoff)


def _of_index(status: IndexStatus) -> Iterator[Metric]:
    yield GaugeMetricFamily("visage_index_present", "Whether searches use a vector index.", int(status.exists))
    if status.size is not None:
        yield GaugeMetricFamily("visage_index_bytes", "Size of the vector index.", status.size)
    if status.trained_rows is not None:
        yield GaugeMetricFamily("visage_index_trained_rows", "Templates at the index's build.", status.trained_rows)
    if status.tuning is not None:
        meaning = "Share of searches that find the right person if an exact search does, when last measured."
        yield GaugeMetricFamily("visage_index_recall", meaning, status.tuning.recall)
        yield GaugeMetricFamily("visage_index_effort", "Lists probed, or ef_search.", status.tuning.effort)
