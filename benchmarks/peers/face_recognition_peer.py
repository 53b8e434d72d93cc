"""Recognition by the package ``face_recognition``, as its README shows it, in a separate process on one core.

The picture is loaded, dlib's HOG detector finds faces with the package's settings, and its network encodes the largest.
The encoding is compared with all known encodings in NumPy. The README encodes every face found, and keeps the known
encodings in a list. Here they are one matrix already, which saves assembling it at every recognition.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.common.pinned_process import PinnedProcess, Stopwatch, pinned_process
from benchmarks.common.statistics import Floats

TOLERANCE = 0.6
"""The package's default for the maximal distance between encodings of the same person."""

STAGES = ("load", "detect", "encode", "compare")


@dataclass(frozen=True)
class Recognised:
    """The outcome of one recognition.

    Attributes:
        nearest: the row of the nearest encoding; None if nobody is known.
        distance: Euclidean, of that encoding; infinite if nobody is known.
        milliseconds: by stage.
    """

    nearest: int | None
    distance: float
    milliseconds: dict[str, float]

    @property
    def person(self) -> int | None:
        """The row of the nearest encoding; None if its distance exceeds ``TOLERANCE``."""
        return self.nearest if self.distance <= TOLERANCE else None


class FaceRecognition:
    """The client side of the other process."""

    def __init__(self, process: PinnedProcess) -> None:
        self._process = process

    def encode(self, jpeg: bytes) -> Floats:
        """Encodes the largest face in a picture, (128,) float64, not of unit length.

        Raises:
            ValueError: no face is found.
        """
        return cast(Floats, self._process.ask("encode", jpeg))

    def know(self, encodings: NDArray[np.floating]) -> None:
        """Sets the known people's encodings, (people, 128)."""
        self._process.ask("know", np.asarray(encodings, np.float64))

    def recognise(self, jpeg: bytes) -> Recognised:
        """Recognises a person from JPEG bytes; raises as :meth:`encode`."""
        return cast(Recognised, self._process.ask("recognise", jpeg))

    def peak_mib(self) -> float:
        """Returns the maximal memory of its process, in MiB."""
        return self._process.peak_mib()


@contextmanager
def face_recognition_peer(core: int) -> Iterator[FaceRecognition]:
    """Starts the process without known people, and ends it after the block.

    Args:
        core: number of the processor core it is pinned to.
    """
    with pinned_process({core}, _Worker) as process:
        yield FaceRecognition(process)


class _Worker:
    def __init__(self) -> None:
        import face_recognition  # noqa: PLC0415  (loads every model it has)

        self._package = face_recognition
        self._known = np.empty((0, 128))

    def know(self, encodings: Floats) -> None:
        self._known = encodings

    def encode(self, jpeg: bytes) -> Floats:
        return self._encode(jpeg, Stopwatch())

    def recognise(self, jpeg: bytes) -> Recognised:
        timed = Stopwatch()
        encoding = self._encode(jpeg, timed)
        nearest, distance = timed("compare", lambda: self._nearest(encoding))
        return Recognised(nearest, distance, timed.spent)

    def _encode(self, jpeg: bytes, timed: Stopwatch) -> Floats:
        pixels = timed("load", lambda: self._package.load_image_file(io.BytesIO(jpeg)))
        places = timed("detect", lambda: self._package.face_locations(pixels))
        if not places:
            raise ValueError("no face found")
        largest = max(places, key=lambda place: place[2] - place[0])
        (encoding,) = timed("encode", lambda: self._package.face_encodings(pixels, [largest]))
        return cast(Floats, encoding)

    def _nearest(self, encoding: Floats) -> tuple[int | None, float]:
        if not len(self._known):
            return None, float("inf")
        distances = self._package.face_distance(self._known, encoding)
        best = int(np.argmin(distances))
        return best, float(distances[best])
