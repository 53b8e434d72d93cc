"""The keys that sign tokens, for an operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
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
    """Shows and changes the keys. Every running service notices within seconds."""

    def __init__(self, rotations: Sequence[KeyRotation], audit: Audit) -> None:
        """``rotations`` are of all algorithms."""
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

    def rotate(self, work: UnitOfWork, operator: UUID) -> None:
        """Makes a new key of each algorithm, which is published now and signs later.

        An algorithm whose new key waits already is left alone; raises KeyRotationUnderWayError if all are.
        """
        now, made, waiting = datetime.now(UTC), 0, None
        for rotation in self._rotations:
            try:
                rotation.rotate(now)
                made += 1
            except KeyRotationUnderWayError as error:
                waiting = error
        if made == 0 and waiting is not None:
            raise waiting
        self._audit.by(operator).record(work, Event.KEY_ROTATED)

    def retire_expired(self, work: UnitOfWork, operator: UUID) -> int:
        """Removes the expired keys and returns their number."""
        now = datetime.now(UTC)
        removed = sum(len(rotation.retire_expired(now)) for rotation in self._rotations)
        if removed:
            self._audit.by(operator).record(work, Event.KEY_RETIRED, outcome="expired")
        return removed
