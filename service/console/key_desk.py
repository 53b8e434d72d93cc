"""The keys that sign tokens, for an operator."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.core.engine import Database
from service.audit.audit import Audit, Event
from service.domain.operator_errors import KeyRotationUnderWayError
from service.keys.folder import EVER, KeyState
from service.keys.rotation import KeyRotation
from service.keys.signing import Algorithm


@dataclass(frozen=True)
class ShownKey:
    """A key.

    Attributes:
        key_id: the ``kid`` of the tokens that it signs.
        algorithm: how it signs.
        state: what it is used for now.
        signs_from: from when it signs; None for the key of the first start.
        needed_until: when the last token that it may have signed has expired; None for the latest key.
    """

    key_id: str
    algorithm: Algorithm
    state: KeyState
    signs_from: datetime | None
    needed_until: datetime | None


class KeyDesk:
    """Shows and changes the keys. Every running service notices within seconds.

    Keys are files, so a change of them cannot be part of a transaction. The audit therefore gets an event with the
    outcome ``begun`` in a transaction of its own, before any file changes; if it cannot be written, nothing changes. A
    second event says how the change ended. After a crash in between, ``begun`` stands alone, and the keys show which
    of the files were changed.
    """

    def __init__(self, database: Database, rotations: Sequence[KeyRotation], audit: Audit) -> None:
        """``rotations`` are of all algorithms."""
        self._database = database
        self._rotations = rotations
        self._audit = audit

    def all_keys(self) -> Sequence[ShownKey]:
        """Returns the keys, by algorithm, the earliest first. Raises SigningKeyError, like all methods."""
        now = datetime.now(UTC)
        shown = []
        for rotation in self._rotations:
            keys = rotation.keys()
            shown += [
                ShownKey(
                    key_id=one.key.key_id,
                    algorithm=one.key.algorithm,
                    state=keys.state(one, now),
                    signs_from=None if one.signs_from == EVER else one.signs_from,
                    needed_until=keys.needed_until(one),
                )
                for one in keys.kept
            ]
        return shown

    def rotate(self, operator: UUID) -> None:
        """Makes a new key of each algorithm, which is published now and signs later.

        An algorithm whose new key waits already is left alone; raises KeyRotationUnderWayError if all are. Raises
        DatabaseUnavailableError if an event cannot be written: the first before the change, the second after it.
        """
        now = datetime.now(UTC)
        upcoming = [rotation.upcoming(now) for rotation in self._rotations]
        if all(upcoming):
            raise KeyRotationUnderWayError(upcoming[0][0].key.key_id, upcoming[0][0].signs_from)
        with self._recorded(operator, Event.KEY_ROTATED, "rotated"):
            for rotation, waiting in zip(self._rotations, upcoming, strict=True):
                if not waiting:
                    rotation.rotate(now)

    def retire_expired(self, operator: UUID) -> int:
        """Removes the expired keys and returns their number. Raises DatabaseUnavailableError as :meth:`rotate` does."""
        now = datetime.now(UTC)
        if not any(rotation.expired(now) for rotation in self._rotations):
            return 0
        with self._recorded(operator, Event.KEY_RETIRED, "expired"):
            return sum(len(rotation.retire_expired(now)) for rotation in self._rotations)

    @contextmanager
    def _recorded(self, operator: UUID, event: Event, done: str) -> Iterator[None]:
        """Records that the block begins to change the keys, and then its end: ``done``, or ``failed`` if it raises."""
        self._record(operator, event, "begun")
        try:
            yield
        except Exception:
            self._record(operator, event, "failed")
            raise
        self._record(operator, event, done)

    def _record(self, operator: UUID, event: Event, outcome: str) -> None:
        with self._database.unit_of_work() as work:
            self._audit.by(operator).record(work, event, outcome=outcome)
