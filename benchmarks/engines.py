"""The pipeline as the service runs it, for benchmarks."""

from pathlib import Path

from embeddings.litert_engine import LiteRTEngine
from embeddings.models import ModelCard, card_of_weights
from embeddings.prepare import prepare_models

ROOT = Path(__file__).resolve().parent.parent

MODELS = ROOT / "var" / "models"
"""Where the service keeps converted networks unless told otherwise."""


def open_engine(weights: str, models: Path) -> tuple[LiteRTEngine, ModelCard]:
    """A warm engine on one thread, and its card.

    Args:
        weights: ``casia-webface`` or ``vggface2``.
        models: the folder with converted networks; this one is added when it's not there.
    """
    card = card_of_weights(weights)
    engine = LiteRTEngine(prepare_models(weights, models), card, interpreters=1)
    engine.warm_up()
    return engine, card
