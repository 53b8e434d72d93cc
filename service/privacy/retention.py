"""Erases what the settings no longer keep: photographs by their age, and unused accounts.

Each user is one transaction, which checks the user again: a user who logs in or enrols again meanwhile is kept. A run
can be interrupted and repeated at any time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from db.core.batches import in_batches
from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries import retention, users
from service.audit.audit import Audit, ErasedBy, Event
from service.privacy.erasure import Erasure
from service.settings.model import Settings

BATCH = 500
"""How many user ids are read at a time."""

Following = Callable[[Any, datetime, UUID | None, int], Sequence[UUID]]
"""A query of ``db.queries.retention`` that returns the next users."""


@dataclass(frozen=True)
class Limits:
    """Accounts last used before ``accounts``, and images enrolled before ``images``, are erased; None for never."""

    accounts: datetime | None
    images: datetime | None

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> "Limits":
        """Returns the limits at this time, which is timezone-aware."""
        accounts = now - timedelta(days=settings.inactive_days) if settings.inactive_days else None
        if settings.keep_images == "always":
            return cls(accounts, None)
        days = settings.keep_images if isinstance(settings.keep_images, int) else 0
        return cls(accounts, now - timedelta(days=days))


@dataclass
class RetentionReport:
    """The number of users whose account, or only whose photographs, were or would be erased."""

    accounts: int = 0
    images: int = 0


class Retention:
    """One run of the retention."""

    def __init__(self, database: Database, limits: Limits) -> None:
        """Does nothing yet."""
        self._database = database
        self._limits = limits

    def look(self) -> RetentionReport:
        """Returns what a run would erase now. Raises DatabaseError."""
        inactive = set(self._people(retention.inactive_after, self._limits.accounts))
        images = set(self._people(retention.with_images_after, self._limits.images))
        return RetentionReport(len(inactive), len(images - inactive))

    def run(self, erasure: Erasure) -> RetentionReport:
        """Erases; raises StorageError or DatabaseError, and what is done stays done. The end of the run is audited."""
        report = RetentionReport()
        for user_id in self._people(retention.inactive_after, self._limits.accounts):
            with self._database.unit_of_work() as work:
                if self._is_inactive(work, user_id):
                    erasure.erase_account(work, user_id, ErasedBy.RETENTION)
                    report.accounts += 1
        for user_id in self._people(retention.with_images_after, self._limits.images):
            with self._database.unit_of_work() as work:
                report.images += self._erase_images(work, erasure, user_id)
        with self._database.unit_of_work() as work:
            details = {"accounts": report.accounts, "images": report.images}
            Audit().record(work, Event.RETENTION, details=details)
        retention.clean_up(self._database)
        return report

    def _is_inactive(self, work: UnitOfWork, user_id: UUID) -> bool:
        user, limit = users.lock(work.session, user_id), self._limits.accounts
        return user is not None and limit is not None and user.last_seen_at < limit

    def _erase_images(self, work: UnitOfWork, erasure: Erasure, user_id: UUID) -> bool:
        limit = self._limits.images
        user = users.lock(work.session, user_id) and users.get_with_facial_data(work.session, user_id)
        if not user or not user.facial_data or not limit:
            return False
        if datetime.fromisoformat(user.facial_data["enrolled_at"]) >= limit:
            return False
        erasure.erase_images(work, user_id, ErasedBy.RETENTION)
        return True

    def _people(self, following: Following, limit: datetime | None) -> Iterator[UUID]:
        if limit is None:
            return
        people = in_batches(
            self._database,
            lambda work, after: following(work.session, limit, after, BATCH),
            key=lambda user_id: user_id,
        )
        for batch in people:
            yield from batch
