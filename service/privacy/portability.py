"""A copy of everything stored about one user, which they can read and take to another service.

The copy says what it leaves out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from db.core.passkey_models import Passkey
from db.core.unit_of_work import UnitOfWork
from db.queries import disputes, openid_consents, passkeys, password_links, refresh_tokens, users
from db.search import templates
from db.search.templates import Consented
from service.accounts.passwords import NO_PASSWORD
from service.audit.audit import Audit, Event, Recorded
from service.domain.errors import TokenInvalidError
from service.domain.identity import Identity
from service.images.store import ImageStore
from service.passkeys.passkeys import OwnPasskey

LEFT_OUT = (
    "the hashes of the password, tokens and links",
    "the vectors for searches, which follow from the captures' embeddings",
    "what another person wrote in a dispute, and how similar their face is",
    "pending challenges for passkeys, for at most five minutes",
    "the username with its case folded, which follows from the username",
    "who created an invitation that names this account",
    "counts of attempts by account, address and device, under keyed hashes, for at most a day",
    "logs and backups",
)
"""Stored data that a copy leaves out: it would defeat its purpose, is another person's, or is stored elsewhere."""


@dataclass(frozen=True)
class KeptAccount(Identity):
    """An account without its face and password; ``has_password`` says whether there is one."""

    email: str | None
    created_at: datetime
    changed_at: datetime
    last_seen_at: datetime
    has_password: bool


@dataclass(frozen=True)
class KeptPasskey(OwnPasskey):
    """A passkey as it is stored; ``public_key`` is a COSE key."""

    public_key: bytes
    sign_count: int

    @classmethod
    def of(cls, passkey: Passkey) -> "KeptPasskey":
        """Returns a passkey with all its columns."""
        own = OwnPasskey.of(passkey)
        return cls(**vars(own), public_key=passkey.public_key, sign_count=passkey.sign_count)


@dataclass(frozen=True)
class PersonalCopy:
    """Everything stored about a user.

    Attributes:
        account: the account.
        facial_data: the document with its embeddings; None if no face is enrolled.
        images: the name and the bytes of each photograph, as it was sent.
        templates: the model of each template, and the consent to it. The vectors follow from the document.
        sessions: the active sessions, also those at applications.
        consents: what the user has allowed applications of third parties to know.
        passkeys: everything stored about the passkeys.
        password_link: the validity period of a pending password link, or None.
        disputes: the state of the disputes over the account.
        events: the audit events of the account, including this copy.
    """

    account: KeptAccount
    facial_data: Mapping[str, Any] | None
    images: Sequence[tuple[str, bytes]]
    templates: Sequence[Consented]
    sessions: Sequence[refresh_tokens.LiveSession]
    consents: Sequence[openid_consents.GivenConsent]
    passkeys: Sequence[KeptPasskey]
    password_link: password_links.LiveLink | None
    disputes: Sequence[disputes.OwnDispute]
    events: Sequence[Recorded]


class Portability:
    """Gives users a copy of the data stored about them."""

    def __init__(self, images: ImageStore, audit: Audit) -> None:
        self._images = images
        self._audit = audit

    def copy(self, work: UnitOfWork, user_id: UUID, now: datetime) -> PersonalCopy:
        """Returns a user's copy; ``now`` is timezone-aware. Raises TokenInvalidError or StorageError."""
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
            sessions=refresh_tokens.active(work.session, user_id, now),
            consents=openid_consents.of_user(work.session, user_id),
            passkeys=[KeptPasskey.of(passkey) for passkey in passkeys.of_user(work.session, user_id)],
            password_link=password_links.of_user(work.session, user_id),
            disputes=disputes.list_over(work.session, user_id),
            events=self._audit.of_user(work, user_id),
        )

    def _read(self, user_id: UUID, document: Mapping[str, Any] | None) -> Sequence[tuple[str, bytes]]:
        if document is None:
            return []
        names = [capture["image"] for capture in document["captures"] if capture["image"]]
        return [(name, self._images.read(user_id, UUID(document["enrolment"]), name)) for name in names]
