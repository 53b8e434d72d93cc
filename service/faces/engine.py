"""The engine of the settings' model, which can compute earlier models too."""

from collections.abc import Mapping
from pathlib import Path

from embeddings.core.models import ModelCard
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network
from service.settings.model import Settings


def open_engine(settings: Settings, earlier: Mapping[ModelCard, Path], interpreters: int) -> LiteRTEngine:
    """An engine that has loaded no network yet.

    Args:
        settings: of the main model.
        earlier: as ``service.gallery.earlier_models.prepare_earlier_models`` returns them.
        interpreters: how many images can be worked on at the same time.

    Raises:
        ModelError, WeightsUnavailableError: a network cannot be had; it is converted now if it never was.
    """
    model_id = settings.card.model_id
    networks = {model_id: prepare_network(model_id, settings.models_folder, settings.weights_url)}
    networks |= {card.model_id: file for card, file in earlier.items()}
    return LiteRTEngine(networks, interpreters)
