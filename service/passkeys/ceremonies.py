"""Challenges that passkeys sign. Each is valid for one registration or one login."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from webauthn.helpers import generate_challenge

from db.core.unit_of_work import UnitOfWork
from db.queries import passkeys as queries
from service.domain.errors import CeremonyExpiredError
from service.passkeys.verification import signed_challenge

LIFETIME = timedelta(minutes=5)
"""The time for a user to choose a passkey and to find its device; the upper end of WebAuthn's recommendation (15.1)."""

TIMEOUT = int(LIFETIME.total_seconds() * 1000)
"""The same in milliseconds, for browsers."""


class Purpose(StrEnum):
    """What a challenge may be used for."""

    ADD = "add"
    LOGIN = "login"


@dataclass(frozen=True)
class Ceremony:
    """A challenge that was valid, and is used up now; only such a one is ever verified."""

    challenge: bytes


def begin(work: UnitOfWork, purpose: Purpose, user_id: UUID | None = None) -> bytes:
    """Returns a new challenge, 64 bytes. ``user_id`` is who adds a passkey; a login has none."""
    challenge = generate_challenge()
    expires_at = datetime.now(UTC) + LIFETIME
    queries.add_ceremony(work.session, _hash(challenge), purpose=purpose, user_id=user_id, expires_at=expires_at)
    return challenge


def spend(work: UnitOfWork, client_data: bytes, purpose: Purpose, user_id: UUID | None = None) -> Ceremony:
    """Uses up the challenge that a client's response names.

    Commit it before the response is verified, so that a failure uses it up too.

    Raises CeremonyExpiredError or PasskeyInvalidError.
    """
    challenge, now = signed_challenge(client_data), datetime.now(UTC)
    if not queries.spend_ceremony(work.session, _hash(challenge), purpose=purpose, user_id=user_id, now=now):
        raise CeremonyExpiredError
    return Ceremony(challenge)


def forget_expired(work: UnitOfWork) -> None:
    """Deletes expired challenges."""
    queries.delete_expired_ceremonies(work.session, datetime.now(UTC))


def _hash(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
