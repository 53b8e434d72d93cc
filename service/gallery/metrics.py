"""What the metrics tell of the gallery, looked at when they are asked for."""

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
"""How old what is told of the index may be: its templates are counted, which takes 50 ms of a million."""


class GalleryMetrics(Collector):
    """The gallery's size, its cut-offs and its index. Safe to use from several threads."""

    def __init__(self, gallery: Gallery, index: VectorIndex, clock: Callable[[], float] = time.monotonic) -> None:
        self._gallery = gallery
        self._index = index
        self._clock = clock
        self._latest: tuple[float, IndexStatus] | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing, so that to be registered asks nothing of the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The numbers as they are now; that the database is away, where it is."""
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
    info = GaugeMetricFamily("visage_model_info", "Models that are searched with.", labels=["model", "use"])
    people = GaugeMetricFamily("visage_gallery_people", "People with a template.", labels=["model"])
    cutoff = GaugeMetricFamily("visage_cutoff", "Least cosine of a match.", labels=["model", "compared"])
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
        yield GaugeMetricFamily("visage_index_trained_rows", "Templates when it was built.", status.trained_rows)
    if status.tuning is not None:
        told = "How often the right person came first among those whom an exact search finds, when last measured."
        yield GaugeMetricFamily("visage_index_recall", told, status.tuning.recall)
        yield GaugeMetricFamily("visage_index_effort", "Lists probed, or ef_search.", status.tuning.effort)
