"""Sessions: a short-lived access token, and a refresh token that is exchanged for the next pair.

A refresh token is a random secret; the database stores only its SHA-256. It can be exchanged once. The tokens that
follow from one login are a family. A secret that arrives a second time was copied, so the whole family is revoked.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.core.unit_of_work import UnitOfWork
from db.queries import refresh_tokens, users
from db.queries.refresh_tokens import NewToken, Outcome
from service.accounts.tokens import AccessToken, AccessTokens, Authentication
from service.audit.audit import Audit, Event
from service.domain.errors import TokenExpiredError, TokenInvalidError
from service.domain.levels import Level
from service.domain.random_secrets import hash_of, new_secret

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Session:
    """The result of a login or a refresh: the access token for the page, and the refresh secret for the cookie."""

    user_id: UUID
    session_id: UUID
    access: AccessToken
    refresh_secret: str
    refresh_lifetime: timedelta


@dataclass(frozen=True)
class NewSession:
    """A session before it starts: its first refresh token as the database stores it, and the token's secret."""

    token: NewToken
    level: Level
    secret: str


class Sessions:
    """Starts, continues and ends sessions."""

    def __init__(self, access_tokens: AccessTokens, refresh_lifetime: timedelta, audit: Audit) -> None:
        self._access_tokens = access_tokens
        self._refresh_lifetime = refresh_lifetime
        self._audit = audit

    def start(self, work: UnitOfWork, user_id: UUID, level: Level) -> Session:
        """Starts a session for a user who has just been authenticated."""
        new = self.prepare(user_id, level)
        refresh_tokens.add(work.session, new.token, new.token.auth_time)
        users.note_activity(work.session, user_id)
        return self.started(new)

    def prepare(self, user_id: UUID, level: Level) -> NewSession:
        """Prepares a session that starts now, for a caller who adds its first token to the database."""
        now = datetime.now(UTC)
        secret = new_secret()
        token = NewToken(hash_of(secret), user_id, " ".join(level.methods), level, now, now + self._refresh_lifetime)
        return NewSession(token, level, secret)

    def started(self, new: NewSession) -> Session:
        """Returns a prepared session whose first token is in the database."""
        token = new.token
        return self._session(token.user_id, token.family, new.level, token.auth_time, new.secret)

    def refresh(self, work: UnitOfWork, secret: str) -> Session:
        """Exchanges a refresh secret for the next pair, which keeps the level and time of the original login.

        Raises TokenExpiredError or TokenInvalidError. If the secret was used before, its family is revoked, and this
        survives the rollback.
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
            logger.warning("a refresh token was used a second time; its family is revoked")
            family = token.family
            work.do_even_on_rollback(lambda session: refresh_tokens.revoke_family(session, family, now))
            self._audit.record_refusal(work, Event.SESSION_REUSED, user_id=token.user_id)
        raise TokenExpiredError if rotation.outcome is Outcome.EXPIRED else TokenInvalidError

    def check(self, work: UnitOfWork, authentication: Authentication) -> None:
        """Raises TokenInvalidError if the session of an access token has ended.

        For actions that a stolen token must not permit; otherwise an access token is valid until it expires.
        """
        if not refresh_tokens.is_active(work.session, authentication.session_id, datetime.now(UTC)):
            raise TokenInvalidError

    def replace(self, work: UnitOfWork, earlier: Authentication, level: Level) -> Session:
        """Ends the session of an access token, and starts another one for its user.

        Raises TokenInvalidError if the earlier session has ended.
        """
        self.check(work, earlier)
        new = self.start(work, earlier.user_id, level)
        self.continue_applications(work, earlier.session_id, new.session_id)
        return new

    def continue_applications(self, work: UnitOfWork, earlier: UUID, later: UUID) -> None:
        """Ends a session of a user in favour of a later one, with which the applications' tokens now end."""
        refresh_tokens.move_to_session(work.session, earlier, later)
        refresh_tokens.revoke_family(work.session, earlier, datetime.now(UTC))

    def end(self, work: UnitOfWork, secret: str) -> None:
        """Ends the session of a refresh secret, if there is one."""
        token = refresh_tokens.find(work.session, hash_of(secret))
        if token is not None:
            refresh_tokens.revoke_family(work.session, token.family, datetime.now(UTC))

    def end_session(self, work: UnitOfWork, session_id: UUID) -> None:
        """Ends the session with this id, as access tokens name it."""
        refresh_tokens.revoke_family(work.session, session_id, datetime.now(UTC))

    def end_everywhere(self, work: UnitOfWork, secret: str) -> None:
        """Ends every session of the user to whom a refresh secret belongs.

        Raises TokenExpiredError or TokenInvalidError if the secret is not valid: the user must know that no session has
        ended.
        """
        token = refresh_tokens.find(work.session, hash_of(secret))
        if token is None or token.client_id or token.used_at is not None or token.revoked_at is not None:
            raise TokenInvalidError
        if token.expires_at <= datetime.now(UTC):
            raise TokenExpiredError
        self.end_all(work, token.user_id)
        self._audit.record(work, Event.LOGGED_OUT_EVERYWHERE, user_id=token.user_id)

    def end_all(self, work: UnitOfWork, user_id: UUID) -> None:
        """Ends every session of a user; access tokens already issued stay valid for their few minutes."""
        refresh_tokens.revoke_user(work.session, user_id, datetime.now(UTC))

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes expired tokens."""
        refresh_tokens.delete_expired(work.session, datetime.now(UTC))

    def _session(self, user_id: UUID, family: UUID, level: Level, authenticated_at: datetime, secret: str) -> Session:
        access = self._access_tokens.issue(user_id, family, level, authenticated_at)
        return Session(user_id, family, access, secret, self._refresh_lifetime)
