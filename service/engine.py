"""The engine that the settings ask for, which can be asked for earlier models too."""

from collections.abc import Mapping
from pathlib import Path

from embeddings.litert_engine import LiteRTEngine
from embeddings.models import ModelCard
from embeddings.prepare import prepare_models
from service.settings import Settings


def open_engine(settings: Settings, earlier: Mapping[ModelCard, Mapping[str, Path]], interpreters: int) -> LiteRTEngine:
    """An engine that has loaded no network yet.

    Args:
        settings: of the main model.
        earlier: as ``service.earlier_models.prepare_earlier_models`` returns them.
        interpreters: how many images can be worked on at the same time.

    Raises:
        ModelError, WeightsUnavailableError: a network cannot be had; it is converted now if it never was.
    """
    paths = dict(prepare_models(settings.card, settings.models_folder, settings.weights_url))
    for files in earlier.values():
        paths |= files
    return LiteRTEngine(paths, settings.card, interpreters=interpreters, others=list(earlier))
