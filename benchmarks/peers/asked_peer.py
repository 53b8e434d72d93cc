"""The client side of software that runs in a process of its own; see ``System`` of ``benchmarks.speed.instead``."""

from collections.abc import Mapping, Sequence
from typing import cast

from benchmarks.common.pinned_process import PinnedProcess
from benchmarks.peers.answer import Answer


class AskedPeer:
    """Asks a worker that has the methods ``usable``, ``enrol``, ``search`` and ``time``."""

    def __init__(self, process: PinnedProcess) -> None:
        self._process = process

    def usable(self, jpeg: bytes) -> bool:
        """Whether it accepts a picture."""
        return bool(self._process.ask("usable", jpeg))

    def enrol(self, people: Mapping[str, Sequence[bytes]]) -> None:
        """Enrols people, once."""
        self._process.ask("enrol", dict(people))

    def search(self, jpeg: bytes) -> Answer | None:
        """Returns the best candidate; None if it does not accept the picture."""
        return cast(Answer | None, self._process.ask("search", jpeg))

    def time(self, jpeg: bytes, *arguments: object) -> dict[str, float]:
        """Times a search: milliseconds, as ``total``."""
        return {"total": float(self._process.ask("time", jpeg, *arguments))}
