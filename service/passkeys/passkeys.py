"""The passkeys of an account: lists, adds, renames and removes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from webauthn import generate_registration_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from db.core.passkey_models import Passkey
from db.core.unit_of_work import UnitOfWork
from db.queries import passkeys as queries
from db.queries import users
from service.accounts.sessions import Sessions
from service.accounts.tokens import Authentication
from service.audit.audit import Audit, Event
from service.domain.errors import PasskeyNotFoundError, TokenInvalidError, TooManyPasskeysError
from service.passkeys import ceremonies
from service.passkeys.ceremonies import TIMEOUT, Ceremony, Purpose
from service.passkeys.relying_party import RelyingParty
from service.passkeys.verification import Attestation, verify_registration

MAX_PASSKEYS = 20
"""Passkeys of an account. People have a handful of devices; each one more is one more to steal."""

TRANSPORTS = frozenset(transport.value for transport in AuthenticatorTransport)
"""The transports that are kept; browsers may name others (WebAuthn, 5.8.4)."""

Options = Mapping[str, Any]
"""What a page gives to the browser, in WebAuthn's JSON form."""


@dataclass(frozen=True)
class OwnPasskey:
    """What a user is told about a passkey of theirs.

    Attributes:
        credential_id: what its authenticator names it by.
        name: the user's own.
        backed_up: whether the user's password manager or cloud has a copy.
        last_used_at: when it last logged the user in, or None.
    """

    credential_id: bytes
    name: str
    aaguid: UUID
    transports: Sequence[str]
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None

    @classmethod
    def of(cls, passkey: Passkey) -> "OwnPasskey":
        """Returns a passkey as its owner sees it."""
        return cls(
            passkey.credential_id,
            passkey.name,
            passkey.aaguid,
            passkey.transports,
            passkey.backed_up,
            passkey.created_at,
            passkey.last_used_at,
        )


class Passkeys:
    """The passkeys of accounts, in the caller's transaction."""

    def __init__(self, relying_party: RelyingParty, sessions: Sessions, audit: Audit) -> None:
        self._relying_party = relying_party
        self._sessions = sessions
        self._audit = audit

    def of_user(self, work: UnitOfWork, user_id: UUID) -> Sequence[OwnPasskey]:
        """Returns a user's passkeys, the oldest first. Raises TokenInvalidError if the account was erased."""
        if users.get(work.session, user_id) is None:
            raise TokenInvalidError
        return [OwnPasskey.of(passkey) for passkey in queries.of_user(work.session, user_id)]

    def begin(self, work: UnitOfWork, user_id: UUID) -> Options:
        """Returns the options with which a browser makes a passkey for a user.

        Raises TokenInvalidError (the account was erased), PasskeysOffError or TooManyPasskeysError.
        """
        domain = self._relying_party.id
        user = users.get(work.session, user_id)
        if user is None:
            raise TokenInvalidError
        own = queries.of_user(work.session, user_id)
        if len(own) >= MAX_PASSKEYS:
            raise TooManyPasskeysError
        options = generate_registration_options(
            rp_id=domain,
            rp_name=domain,
            user_id=user_id.bytes,
            user_name=user.username,
            user_display_name=user.display_name,
            challenge=ceremonies.begin(work, Purpose.ADD, user_id),
            timeout=TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[_described(passkey) for passkey in own],
        )
        return options_to_json_dict(options)

    def spend(self, work: UnitOfWork, user_id: UUID, attestation: Attestation) -> Ceremony:
        """Uses up the challenge of a registration; raises as ``ceremonies.spend``."""
        return ceremonies.spend(work, attestation.client_data, Purpose.ADD, user_id)

    def add(
        self, work: UnitOfWork, caller: Authentication, ceremony: Ceremony, attestation: Attestation, name: str
    ) -> OwnPasskey:
        """Verifies a registration and adds the passkey to the caller's account.

        Raises PasskeyInvalidError, TooManyPasskeysError, PasskeyTakenError, or TokenInvalidError if the account was
        erased or the caller's session has ended.
        """
        new = verify_registration(attestation, ceremony.challenge, self._relying_party)
        user_id = caller.user_id
        if users.lock(work.session, user_id) is None:
            raise TokenInvalidError
        self._sessions.check(work, caller)  # only now: with the lock, no other request can end it any more
        if queries.count(work.session, user_id) >= MAX_PASSKEYS:
            raise TooManyPasskeysError
        passkey = queries.add(
            work.session,
            credential_id=new.credential_id,
            user_id=user_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            transports=sorted(TRANSPORTS.intersection(attestation.transports)),
            name=name,
            aaguid=new.aaguid,
            backed_up=new.backed_up,
        )
        self._audit.record(work, Event.PASSKEY_ADDED, user_id=user_id)
        return OwnPasskey.of(passkey)

    def rename(self, work: UnitOfWork, user_id: UUID, credential_id: bytes, name: str) -> OwnPasskey:
        """Renames a passkey of a user. Raises PasskeyNotFoundError."""
        passkey = queries.rename(work.session, user_id, credential_id, name)
        if passkey is None:
            raise PasskeyNotFoundError
        return OwnPasskey.of(passkey)

    def remove(self, work: UnitOfWork, user_id: UUID, credential_id: bytes) -> None:
        """Removes a passkey of a user. Raises TokenInvalidError or PasskeyNotFoundError."""
        if users.lock(work.session, user_id) is None:
            raise TokenInvalidError
        if not queries.remove(work.session, user_id, credential_id):
            raise PasskeyNotFoundError
        self._audit.record(work, Event.PASSKEY_REMOVED, user_id=user_id)

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes expired challenges."""
        ceremonies.forget_expired(work)


def _described(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(one) for one in passkey.transports if one in TRANSPORTS]
    return PublicKeyCredentialDescriptor(id=passkey.credential_id, transports=transports or None)
