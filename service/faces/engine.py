"""Opens the engine for the model of the settings and for earlier models."""

from collections.abc import Mapping
from pathlib import Path

from embeddings.core.idle_cores import IdleCores
from embeddings.core.models import MINIFASNET, ModelCard
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.liveness.passive import PassiveCheck
from embeddings.weights.prepare import Step, announced, prepare_network
from service.settings.capacity import usable_cores
from service.settings.model import Settings


def networks_of(settings: Settings) -> list[str]:
    """Returns the names of the networks that the settings need."""
    return [settings.card.model_id, *([MINIFASNET] if settings.liveness == "passive" else [])]


def prepare_networks(settings: Settings, step: Step = announced) -> list[Path]:
    """Returns the files of these networks; ``step`` runs the conversion of one that was never converted.

    Raises as :func:`open_engine`.
    """
    return [prepare_network(name, settings.models_folder, settings.weights_url, step) for name in networks_of(settings)]


def open_passive_check(settings: Settings, interpreters: int) -> PassiveCheck | None:
    """Returns a passive liveness check that has not loaded its network yet; None where the settings need none.

    The arguments and errors are those of :func:`open_engine`.
    """
    if MINIFASNET not in networks_of(settings):
        return None
    return PassiveCheck(prepare_network(MINIFASNET, settings.models_folder), interpreters)


def open_engine(settings: Settings, earlier: Mapping[ModelCard, Path], interpreters: int) -> LiteRTEngine:
    """Returns an engine that has not loaded a network yet.

    Args:
        settings: name the main model.
        earlier: as ``service.gallery.earlier_models.prepare_earlier_models`` returns them.
        interpreters: how many images can be processed at the same time.

    Raises:
        ModelError, WeightsUnavailableError: a network is not available. A network that was never converted is converted
            now.
    """
    model_id = settings.card.model_id
    networks = {model_id: prepare_network(model_id, settings.models_folder, settings.weights_url)}
    networks |= {card.model_id: file for card, file in earlier.items()}
    idle_cores = IdleCores(settings.home / "computing.lock") if usable_cores() > 1 else None
    return LiteRTEngine(networks, interpreters, idle_cores)
