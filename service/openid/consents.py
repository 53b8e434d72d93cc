"""What people have allowed applications of third parties to know."""

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import openid_consents
from service.audit.audit import Audit, Event
from service.openid.clients import Client


class Consents:
    """Remembers consents, so that people are asked once for each application and purpose."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def is_missing(self, work: UnitOfWork, user_id: UUID, client: Client, scopes: Collection[str]) -> bool:
        """Whether the user has to be asked before this application learns this."""
        if not client.third_party:
            return False
        return not set(scopes) <= openid_consents.scopes(work.session, user_id, client.client_id)

    def give(self, work: UnitOfWork, user_id: UUID, client: Client, scopes: Collection[str]) -> None:
        """Remembers that the user has allowed this, beside what they allowed before."""
        allowed = openid_consents.scopes(work.session, user_id, client.client_id) | set(scopes)
        openid_consents.put(work.session, user_id, client.client_id, sorted(allowed), datetime.now(UTC))
        self._audit.record(work, Event.OPENID_CONSENT, user_id=user_id, details={"client": client.client_id})
