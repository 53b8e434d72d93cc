"""Makes the services of what is stored of faces."""

from functools import cached_property

from embeddings.core.models import ModelCard, card
from service.construction.foundation import Foundation
from service.gallery.gallery import Gallery
from service.gallery.metrics import GalleryMetrics
from service.gallery.vector_index import VectorIndex
from service.history.history import History
from service.history.recorder import Recorder
from service.images.store import ImageStore, open_images


class GalleryServices(Foundation):
    """The gallery, its index, its figures and their history, and the stored images."""

    @cached_property
    def model(self) -> ModelCard:
        return card(self.engine.model_id)

    @cached_property
    def gallery(self) -> Gallery:
        return Gallery(self.database, [self.model, *self.earlier_models], self.settings.budget)

    @cached_property
    def index(self) -> VectorIndex:
        return VectorIndex(self.database, self.model, self.settings.index)

    @cached_property
    def gallery_metrics(self) -> GalleryMetrics:
        return GalleryMetrics(self.gallery, self.index)

    @cached_property
    def history(self) -> History:
        return History(self.gallery)

    @cached_property
    def recorder(self) -> Recorder:
        return Recorder(self.database, self.metrics)

    @cached_property
    def images(self) -> ImageStore:
        return open_images(self.settings)
