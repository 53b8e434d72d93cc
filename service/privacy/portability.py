"""What is kept of one person, for themselves: a copy that they can read and take elsewhere.

It says what is not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import disputes, password_links, refresh_tokens, users
from db.search import templates
from db.search.templates import Consented
from service.accounts.passwords import NO_PASSWORD
from service.audit.audit import Audit, Event, Recorded
from service.domain.errors import TokenInvalidError
from service.domain.identity import Identity
from service.images.store import ImageStore

LEFT_OUT = (
    "the hash of the password, and those of tokens and links",
    "the vectors that are searched, which follow from the captures' embeddings",
    "what somebody else wrote in a dispute, and how alike their face is",
    "the username with its case folded, which follows from the username",
    "who asked for an invitation that names this account",
    "counts of tries by account, address and device, under keyed hashes, for a day at most",
    "logs and backups",
)
"""What is kept and not in a copy: it would harm its purpose, is somebody else's, or lies elsewhere."""


@dataclass(frozen=True)
class KeptAccount(Identity):
    """An account as it is kept, but for its face and its password, of which it is told whether there is one."""

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
        password_link: from when until when a link that sets their password is good, if there is one.
        disputes: how the disputes over the account stand.
        events: what is recorded of the account, this copy included.
    """

    account: KeptAccount
    facial_data: Mapping[str, Any] | None
    images: Sequence[tuple[str, bytes]]
    templates: Sequence[Consented]
    sessions: Sequence[refresh_tokens.LiveSession]
    password_link: password_links.LiveLink | None
    disputes: Sequence[disputes.OwnDispute]
    events: Sequence[Recorded]


class Portability:
    """Hands people a copy of what is kept of them."""

    def __init__(self, images: ImageStore, audit: Audit) -> None:
        self._images = images
        self._audit = audit

    def copy(self, work: UnitOfWork, user_id: UUID, now: datetime) -> PersonalCopy:
        """A person's copy at an aware time; raises TokenInvalidError or StorageError."""
        user = users.get_with_facial_data(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        self._audit.record(work, Event.EXPORT, user_id=user_id)
        has_password = user.password_hash != NO_PASSWORD
        account = KeptAccount(
            user.id,
            user.username,
            user.display_name,
            user.email,
            user.created_at,
            user.updated_at,
            user.last_seen_at,
            has_password,
        )
        return PersonalCopy(
            account=account,
            facial_data=user.facial_data,
            images=self._read(user_id, user.facial_data),
            templates=templates.consents_of(work.session, user_id),
            sessions=refresh_tokens.standing(work.session, user_id, now),
            password_link=password_links.standing(work.session, user_id),
            disputes=disputes.standing(work.session, user_id),
            events=self._audit.of_user(work, user_id),
        )

    def _read(self, user_id: UUID, document: Mapping[str, Any] | None) -> Sequence[tuple[str, bytes]]:
        if document is None:
            return []
        names = [capture["image"] for capture in document["captures"] if capture["image"]]
        return [(name, self._images.read(user_id, UUID(document["enrolment"]), name)) for name in names]
