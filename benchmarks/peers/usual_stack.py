"""The usual software around FaceNet: MTCNN and fp32 TensorFlow, in a separate process.

The package ``mtcnn`` 1.0.0 finds the face, keras-facenet's method crops it, and the same network with the same weights
as Visage's embeds it. TensorFlow runs at its best: a compiled graph instead of ``predict``, which has a larger
overhead, oneDNN as the package ships it, and a warm-up. MTCNN has its default settings. A larger ``min_face_size``
would be faster, but with 30 pixels or more it found no face in this benchmark's picture.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.common.pinned_process import PinnedProcess, Stopwatch, pinned_process
from embeddings.core.types import RGBImage, Vector

CROP = 160
"""FaceNet's input, pixels a side."""

MARGIN = CROP // 10
"""keras-facenet's margin around MTCNN's box."""

STAGES = ("decode", "detect", "crop", "embed")


class UsualStack:
    """The client side of the other process."""

    def __init__(self, process: PinnedProcess) -> None:
        self._process = process

    def time(self, jpeg: bytes) -> dict[str, float]:
        """Times one run from JPEG bytes to a vector: milliseconds by stage."""
        return cast(dict[str, float], self._process.ask("time", jpeg))

    def vector(self, jpeg: bytes) -> Vector | None:
        """Returns the unit vector of the largest face in a picture, (512,) float32; None without a face."""
        return cast(Vector | None, self._process.ask("vector", jpeg))

    def embed(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns fp32 vectors (n, 512) of aligned and normalised crops, (n, 160, 160, 3)."""
        return cast(NDArray[np.float32], self._process.ask("embed", crops))

    def peak_mib(self) -> float:
        """Returns the maximal memory of its process, in MiB."""
        return self._process.peak_mib()


@contextmanager
def usual_stack(weights_file: Path, cores: Collection[int]) -> Iterator[UsualStack]:
    """Starts the process, and ends it after the block.

    Args:
        weights_file: as :func:`embeddings.weights.weights.locate_weights` returns it.
        cores: numbers of the processor cores that it may use; it has a thread for each.
    """
    with pinned_process(cores, _Worker, weights_file, len(cores)) as process:
        yield UsualStack(process)


class _Worker:
    def __init__(self, weights_file: Path, threads: int) -> None:
        import tensorflow as tf  # noqa: PLC0415  (only this process may have it)
        from mtcnn import MTCNN  # noqa: PLC0415

        from embeddings.weights.facenet import build  # noqa: PLC0415

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        cv2.setNumThreads(threads)
        network = build(weights_file)
        self._network = tf.function(
            lambda crops: network(crops, training=False),
            input_signature=[tf.TensorSpec((None, CROP, CROP, 3), tf.float32)],
        )
        self._detector = MTCNN()

    def time(self, jpeg: bytes) -> dict[str, float]:
        timed = Stopwatch()
        if self._vector(jpeg, timed) is None:
            raise ValueError("no face found")
        return timed.spent

    def vector(self, jpeg: bytes) -> Vector | None:
        return self._vector(jpeg, Stopwatch())

    def _vector(self, jpeg: bytes, timed: Stopwatch) -> Vector | None:
        pixels = cast(
            RGBImage, timed("decode", lambda: cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB))
        )
        found = timed("detect", lambda: self._detector.detect_faces(pixels))
        if not found:
            return None
        largest = max(found, key=lambda face: int(face["box"][2]))
        crop = timed("crop", lambda: _crop(pixels, largest["box"]))
        vector = timed("embed", lambda: self.embed(crop[None]))[0]
        return cast(Vector, vector / np.linalg.norm(vector))

    def embed(self, crops: NDArray[np.float32]) -> NDArray[np.float32]:
        return cast(NDArray[np.float32], self._network(crops).numpy())


def _crop(pixels: RGBImage, box: list[int]) -> NDArray[np.float32]:
    left, top, width, height = box
    face = pixels[max(top - MARGIN, 0) : top + height + MARGIN, max(left - MARGIN, 0) : left + width + MARGIN]
    small = cv2.resize(face, (CROP, CROP)).astype(np.float32)
    return (small - np.float32(127.5)) / np.float32(128)
