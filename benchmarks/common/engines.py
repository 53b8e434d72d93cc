"""The pipeline as the service runs it, for benchmarks."""

from collections.abc import Sequence
from pathlib import Path

from embeddings.core.models import ModelCard, card
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network

ROOT = Path(__file__).resolve().parents[2]

MODELS = ROOT / "var" / "models"
"""Where the service keeps converted networks unless told otherwise."""


def open_engine(model_id: str, models: Path, others: Sequence[str] = ()) -> tuple[LiteRTEngine, ModelCard]:
    """A warm engine on one thread, and its card.

    Args:
        model_id: such as ``sface``.
        models: the folder with converted networks; what is missing is added.
        others: further models that the engine can be asked for.
    """
    engine = LiteRTEngine({one: prepare_network(one, models) for one in (model_id, *others)}, interpreters=1)
    engine.warm_up()
    return engine, card(model_id)
