"""Sessions: a short-lived access token, and a refresh token that is exchanged for the next pair.

A refresh token is a random secret; the database holds its SHA-256 alone. Each is good for one exchange. The tokens that
follow from one login are a family: a secret that comes a second time was copied, and ends the whole family.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import refresh_tokens, users
from db.queries.refresh_tokens import Outcome
from service.accounts.tokens import AccessToken, AccessTokens, Authentication, Level
from service.audit.audit import Audit, Event
from service.domain.errors import TokenExpiredError, TokenInvalidError
from service.domain.random_secrets import hash_of, new_secret

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Session:
    """What a login or a refresh hands out: the access token for the page, the refresh secret for the cookie."""

    user_id: UUID
    access: AccessToken
    refresh_secret: str
    refresh_lifetime: timedelta


class Sessions:
    """Starts, continues and ends sessions."""

    def __init__(self, access_tokens: AccessTokens, refresh_lifetime: timedelta, audit: Audit) -> None:
        self._access_tokens = access_tokens
        self._refresh_lifetime = refresh_lifetime
        self._audit = audit

    def start(self, work: UnitOfWork, user_id: UUID, level: Level) -> Session:
        """A new session for a person who was authenticated this moment."""
        now = datetime.now(UTC)
        secret = new_secret()
        family = refresh_tokens.add(
            work.session,
            token_hash=hash_of(secret),
            user_id=user_id,
            amr=level.method,
            acr=level,
            auth_time=now,
            created_at=now,
            expires_at=now + self._refresh_lifetime,
        )
        users.note_activity(work.session, user_id)
        return self._session(user_id, family, level, now, secret)

    def refresh(self, work: UnitOfWork, secret: str) -> Session:
        """The next pair for a refresh secret, with the level and time of the login it goes back to.

        Raises TokenExpiredError or TokenInvalidError; a secret used before revokes its family, and that is kept.
        """
        now = datetime.now(UTC)
        successor = new_secret()
        rotation = refresh_tokens.rotate(
            work.session,
            hash_of(secret),
            successor_hash=hash_of(successor),
            now=now,
            expires_at=now + self._refresh_lifetime,
        )
        token = rotation.token
        if token is not None and rotation.outcome is Outcome.ROTATED:
            users.note_activity(work.session, token.user_id)
            return self._session(token.user_id, token.family, Level(token.acr), token.auth_time, successor)
        if token is not None and rotation.outcome is Outcome.REUSED:
            logger.warning("a refresh token came a second time; its family is revoked")
            family = token.family
            work.do_even_on_rollback(lambda session: refresh_tokens.revoke_family(session, family, now))
            self._audit.record_refusal(work, Event.SESSION_REUSED, user_id=token.user_id)
        raise TokenExpiredError if rotation.outcome is Outcome.EXPIRED else TokenInvalidError

    def check(self, work: UnitOfWork, authentication: Authentication) -> None:
        """Raises TokenInvalidError where the session that an access token belongs to has ended.

        For what must not be done with a stolen token: access tokens are otherwise good until they expire.
        """
        if not refresh_tokens.is_active(work.session, authentication.session_id, datetime.now(UTC)):
            raise TokenInvalidError

    def end(self, work: UnitOfWork, secret: str) -> None:
        """Ends the session that a refresh secret belongs to, if there is one."""
        token = refresh_tokens.find(work.session, hash_of(secret))
        if token is not None:
            refresh_tokens.revoke_family(work.session, token.family, datetime.now(UTC))

    def end_everywhere(self, work: UnitOfWork, secret: str) -> None:
        """Ends every session of the person whose session a refresh secret continues.

        Raises TokenExpiredError or TokenInvalidError where it continues none: the person must know that nothing ended.
        """
        token = refresh_tokens.find(work.session, hash_of(secret))
        if token is None or token.used_at is not None or token.revoked_at is not None:
            raise TokenInvalidError
        if token.expires_at <= datetime.now(UTC):
            raise TokenExpiredError
        self.end_all(work, token.user_id)
        self._audit.record(work, Event.LOGGED_OUT_EVERYWHERE, user_id=token.user_id)

    def end_all(self, work: UnitOfWork, user_id: UUID) -> None:
        """Ends every session of a person; access tokens that are out last their few minutes."""
        refresh_tokens.revoke_user(work.session, user_id, datetime.now(UTC))

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes the tokens that nobody can use any more."""
        refresh_tokens.delete_expired(work.session, datetime.now(UTC))

    def _session(self, user_id: UUID, family: UUID, level: Level, authenticated_at: datetime, secret: str) -> Session:
        access = self._access_tokens.issue(user_id, family, level, authenticated_at)
        return Session(user_id, access, secret, self._refresh_lifetime)
