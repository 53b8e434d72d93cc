"""Opens the pipeline as the service runs it."""

from collections.abc import Sequence
from pathlib import Path

from embeddings.core.models import ModelCard, card
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network

ROOT = Path(__file__).resolve().parents[2]

MODELS = ROOT / "var" / "models"
"""The service's default folder for converted networks."""


def open_engine(model_id: str, models: Path, others: Sequence[str] = ()) -> tuple[LiteRTEngine, ModelCard]:
    """Returns a warm engine on one thread, and its card.

    Args:
        model_id: such as ``sface``.
        models: the folder with converted networks; missing ones are added.
        others: further models for the engine.
    """
    engine = LiteRTEngine({one: prepare_network(one, models) for one in (model_id, *others)}, interpreters=1)
    engine.warm_up()
    return engine, card(model_id)
