"""Everything that is kept of one person, for themselves: a copy that they can read and take elsewhere.

Left out is what cannot be given without harm to its purpose: the password's hash and the hashes of tokens, of which
it is told that they are there; and what somebody else said in a dispute about the account, which is theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from db import refresh_tokens, templates, users
from db.refresh_tokens import LiveSession
from db.templates import Consented
from db.unit_of_work import UnitOfWork
from service.audit import Audit, Event, Recorded
from service.errors import TokenInvalidError
from service.identity import Identity
from service.images import ImageStore
from service.passwords import NO_PASSWORD


@dataclass(frozen=True)
class KeptAccount:
    """An account as it is kept, but for its face and its password, of which it is told whether there is one."""

    identity: Identity
    email: str | None
    created_at: datetime
    changed_at: datetime
    last_seen_at: datetime
    has_password: bool


@dataclass(frozen=True)
class PersonalCopy:
    """What is kept of a person.

    Attributes:
        account: themselves.
        facial_data: the document, embeddings included; None where no face is enrolled.
        images: the name and the bytes of each photograph, as they were sent.
        templates: the model of each template, and the consent to it. The vectors follow from the document.
        sessions: the logins that still stand.
        events: what is recorded of the account, this copy included.
    """

    account: KeptAccount
    facial_data: Mapping[str, Any] | None
    images: Sequence[tuple[str, bytes]]
    templates: Sequence[Consented]
    sessions: Sequence[LiveSession]
    events: Sequence[Recorded]


class Portability:
    """Hands people a copy of what is kept of them."""

    def __init__(self, images: ImageStore, audit: Audit) -> None:
        self._images = images
        self._audit = audit

    def copy(self, work: UnitOfWork, user_id: UUID, now: datetime) -> PersonalCopy:
        """Everything that is kept of a person at an aware time; raises TokenInvalidError or StorageError."""
        user = users.get_with_facial_data(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        self._audit.record(work, Event.EXPORT, user_id=user_id)
        has_password = user.password_hash != NO_PASSWORD
        account = KeptAccount(
            Identity.of(user), user.email, user.created_at, user.updated_at, user.last_seen_at, has_password
        )
        return PersonalCopy(
            account=account,
            facial_data=user.facial_data,
            images=self._read(user_id, user.facial_data),
            templates=templates.consents_of(work.session, user_id),
            sessions=refresh_tokens.standing(work.session, user_id, now),
            events=self._audit.of_user(work, user_id),
        )

    def _read(self, user_id: UUID, document: Mapping[str, Any] | None) -> Sequence[tuple[str, bytes]]:
        if document is None:
            return []
        names = [capture["image"] for capture in document["captures"] if capture["image"]]
        return [(name, self._images.read(user_id, UUID(document["enrolment"]), name)) for name in names]
