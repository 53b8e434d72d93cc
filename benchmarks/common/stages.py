"""Times the pipeline stage by stage while the engine runs it as for a login."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from embeddings.decode.decode import decode_image
from embeddings.detect.blazeface import BlazeFace
from embeddings.detect.facemesh import FaceMesh
from embeddings.embed.engine import FaceEngine

STAGES = ("decode", "detect", "landmarks", "quality", "embed", "other")
"""The stages of a run; ``other`` is the time that the engine spends between them."""

WATCHED: tuple[tuple[type, str, str], ...] = (
    (BlazeFace, "detect", "detect"),
    (FaceMesh, "locate", "landmarks"),
)
"""(class, its method, stage): the methods that the engine calls to find and embed a face."""

T = TypeVar("T")


def time_stages(engine: FaceEngine, jpeg: bytes, max_pixels: int, model_id: str) -> dict[str, float]:
    """Times one run from JPEG bytes to a vector by a warm engine: milliseconds by stage, and the sum as ``total``.

    ``embed`` is all of the model's networks, each with its crop.

    Args:
        engine: warm.
        jpeg: a picture with one face.
        max_pixels: as :func:`embeddings.decode.decode.decode_image` takes it.
        model_id: of the vector, one of the engine's models.
    """
    spent = dict.fromkeys(STAGES, 0.0)
    with _watched(spent):
        start = time.perf_counter()
        pixels = _timed(spent, "decode", decode_image, jpeg, max_pixels).pixels
        face = engine.find_faces(pixels)[0]
        _timed(spent, "quality", engine.measure, pixels, face)
        _timed(spent, "embed", engine.embed_as, pixels, face, [model_id])
        total = (time.perf_counter() - start) * 1000
    spent["other"] = total - sum(spent.values())
    return spent | {"total": total}


@contextmanager
def _watched(spent: dict[str, float]) -> Iterator[None]:
    """Measures the time in the functions of ``WATCHED`` during the block, and restores them at the end."""
    originals = [getattr(owner, name) for owner, name, _ in WATCHED]
    try:
        for (owner, name, stage), original in zip(WATCHED, originals, strict=True):
            setattr(owner, name, _watching(original, stage, spent))
        yield
    finally:
        for (owner, name, _), original in zip(WATCHED, originals, strict=True):
            setattr(owner, name, original)


def _watching(original: Callable[..., T], stage: str, spent: dict[str, float]) -> Callable[..., T]:
    def watched(*arguments: Any, **options: Any) -> T:
        return _timed(spent, stage, original, *arguments, **options)

    return watched


def _timed(spent: dict[str, float], stage: str, work: Callable[..., T], *arguments: Any, **options: Any) -> T:
    start = time.perf_counter()
    result = work(*arguments, **options)
    spent[stage] = spent.get(stage, 0.0) + (time.perf_counter() - start) * 1000
    return result
