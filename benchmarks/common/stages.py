"""Times the pipeline stage by stage while the engine runs it as for a login."""

import time

from benchmarks.common.watching import Watched, timed, watching
from embeddings.decode.decode import decode_image
from embeddings.detect.blazeface import BlazeFace
from embeddings.detect.facemesh import FaceMesh
from embeddings.embed.engine import FaceEngine

STAGES = ("decode", "detect", "landmarks", "quality", "embed", "other")
"""The stages of a run; ``other`` is the time that the engine spends between them."""

WATCHED = (Watched(BlazeFace, "detect", "detect"), Watched(FaceMesh, "locate", "landmarks"))
"""The methods that the engine calls to find a face."""


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
    with watching(spent, WATCHED):
        start = time.perf_counter()
        pixels = timed(spent, "decode", decode_image, jpeg, max_pixels).pixels
        face = engine.find_faces(pixels, twice=False)[0]
        timed(spent, "quality", engine.measure, pixels, face)
        timed(spent, "embed", engine.embed_as, pixels, face, [model_id])
        total = (time.perf_counter() - start) * 1000
    spent["other"] = total - sum(spent.values())
    return spent | {"total": total}
