"""The pipeline as the service runs it, for benchmarks."""

from collections.abc import Sequence
from pathlib import Path

from embeddings.litert_engine import LiteRTEngine
from embeddings.models import ModelCard, card
from embeddings.prepare import prepare_models

ROOT = Path(__file__).resolve().parent.parent

MODELS = ROOT / "var" / "models"
"""Where the service keeps converted networks unless told otherwise."""


def open_engine(model_id: str, models: Path, others: Sequence[str] = ()) -> tuple[LiteRTEngine, ModelCard]:
    """A warm engine on one thread, and its card.

    Args:
        model_id: such as ``facenet-casia-webface``.
        models: the folder with converted networks; what is missing is added.
        others: further models that the engine can be asked for.
    """
    main, more = card(model_id), [card(other) for other in others]
    paths = {network: path for one in (main, *more) for network, path in prepare_models(one, models).items()}
    engine = LiteRTEngine(paths, main, interpreters=1, others=more)
    engine.warm_up()
    return engine, main
