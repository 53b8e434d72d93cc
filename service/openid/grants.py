"""What an application is given for a login: a code, and tokens in exchange for it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from db.core.models import RefreshToken
from db.core.unit_of_work import UnitOfWork
from db.queries import openid_codes, refresh_tokens
from db.queries.openid_codes import NewCode
from db.queries.refresh_tokens import NewToken, Outcome
from service.audit.audit import Audit, Event
from service.domain.levels import Level
from service.domain.random_secrets import MAX_SECRET, hash_of, new_secret
from service.openid.clients import Client
from service.openid.single_sign_on import SignedOn

CODE_LIFETIME = timedelta(minutes=1)
"""The client exchanges a code at once; RFC 6749, section 4.1.2, recommends ten minutes at most."""

CODE_KEPT = timedelta(days=1)
"""How long a code is known after it has expired, so that a second exchange is noticed."""

OFFLINE = "offline_access"
"""The scope whose tokens outlast the login (OpenID Connect Core 1.0, section 11)."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Granted:
    """What an application may know and do, as its tokens say.

    Attributes:
        grant_id: the family of its refresh tokens.
        session_id: the login; None if the tokens outlast it.
        acr: the level that the ID token names.
        at: when the user logged in.
    """

    client_id: str
    user_id: UUID
    grant_id: UUID
    session_id: UUID | None
    scopes: Sequence[str]
    acr: Level
    amr: Sequence[str]
    at: datetime
    nonce: str | None = None


@dataclass(frozen=True)
class Code:
    """An authorization code that can be exchanged; the attributes are those of ``NewCode``."""

    code_hash: bytes
    client_id: str
    user_id: UUID
    session_id: UUID
    grant_id: UUID
    redirect_uri: str
    scopes: Sequence[str]
    nonce: str | None
    code_challenge: str
    acr: str
    amr: str
    auth_time: datetime


@dataclass(frozen=True)
class ClientRefreshToken:
    """A client's refresh token.

    Attributes:
        family: the grant to which it belongs.
        session_id: the login with which it ends; None if it outlasts the login.
        is_valid: whether it has been neither exchanged nor revoked, has not expired, and its login has not ended.
    """

    token_hash: bytes
    client_id: str
    user_id: UUID
    family: UUID
    session_id: UUID | None
    scopes: Sequence[str]
    acr: str
    amr: str
    auth_time: datetime
    created_at: datetime
    expires_at: datetime
    is_valid: bool


class Grants:
    """Issues and exchanges codes and refresh tokens. Each exchange succeeds once; a second one revokes the first."""

    def __init__(self, refresh_lifetime: timedelta, audit: Audit) -> None:
        self._lifetime = refresh_lifetime
        self._audit = audit

    def issue_code(
        self,
        work: UnitOfWork,
        client: Client,
        login: SignedOn,
        *,
        redirect_uri: str,
        scopes: Sequence[str],
        nonce: str | None,
        code_challenge: str,
        acr: Level,
    ) -> str:
        """Returns a code for a client's request. ``acr`` is the level that the ID token will name."""
        code = new_secret()
        openid_codes.add(
            work.session,
            NewCode(
                code_hash=hash_of(code),
                client_id=client.client_id,
                user_id=login.user_id,
                session_id=login.session_id,
                grant_id=uuid4(),
                redirect_uri=redirect_uri,
                scopes=list(scopes),
                nonce=nonce,
                code_challenge=code_challenge,
                acr=acr,
                amr=" ".join(login.level.methods),
                auth_time=login.at,
                expires_at=datetime.now(UTC) + CODE_LIFETIME,
            ),
        )
        self._audit.record(
            work, Event.OPENID_LOGIN, user_id=login.user_id, outcome=acr, details={"client": client.client_id}
        )
        return code

    def find_code(self, work: UnitOfWork, client: Client, code: str) -> Code | None:
        """Returns a code that this client may exchange now, and locks it; None if it is not valid.

        If it was exchanged before, one of the two callers stole it, so the tokens of that exchange are revoked.
        """
        if len(code) > MAX_SECRET:
            return None
        now = datetime.now(UTC)
        found = openid_codes.lock(work.session, hash_of(code), client.client_id)
        if found is None or (found.expires_at <= now and found.used_at is None):
            return None
        if found.used_at is not None:
            logger.warning("an authorization code was exchanged a second time; its tokens are revoked")
            refresh_tokens.revoke_family(work.session, found.grant_id, now)
            self._audit.record(work, Event.CODE_REUSED, user_id=found.user_id, details={"client": client.client_id})
            return None
        if not refresh_tokens.is_active(work.session, found.session_id, now):
            return None  # the user has logged out meanwhile
        return Code(**{field.name: getattr(found, field.name) for field in fields(Code)})

    def exchange_code(self, work: UnitOfWork, code: Code) -> tuple[Granted, str]:
        """Exchanges a locked code; returns what it grants, and a refresh token."""
        now = datetime.now(UTC)
        openid_codes.spend(work.session, code.code_hash, now)
        secret = new_secret()
        session_id = None if OFFLINE in code.scopes else code.session_id
        token = NewToken(
            token_hash=hash_of(secret),
            user_id=code.user_id,
            amr=code.amr,
            acr=code.acr,
            auth_time=code.auth_time,
            expires_at=now + self._lifetime,
            family=code.grant_id,
            client_id=code.client_id,
            scopes=code.scopes,
            session_id=session_id,
        )
        refresh_tokens.add(work.session, token, now)
        return _granted(token, code.session_id, code.nonce), secret

    def find_refresh_token(self, work: UnitOfWork, client_id: str, secret: str) -> ClientRefreshToken | None:
        """Returns a client's refresh token that can be exchanged now, or None.

        If it was exchanged before, one of the two callers stole it, so its family is revoked.
        """
        found = self._row(work, secret)
        if found is None or found.client_id != client_id:
            return None
        now = datetime.now(UTC)
        if found.used_at is not None and found.revoked_at is None:
            self._revoke_reused(work, found, now)
            return None
        held = self._of_client(work, found, now)
        return held if held.is_valid else None

    def known_refresh_token(self, work: UnitOfWork, secret: str) -> ClientRefreshToken | None:
        """Returns a client's refresh token, valid or not; None if it is unknown."""
        found = self._row(work, secret)
        if found is None or found.client_id is None:
            return None
        return self._of_client(work, found, datetime.now(UTC))

    def exchange_refresh_token(self, work: UnitOfWork, token: ClientRefreshToken) -> tuple[Granted, str] | None:
        """Exchanges a refresh token for the next one; None if it has ended meanwhile.

        If another call was faster, one of the two is a thief, so the family is revoked.
        """
        now = datetime.now(UTC)
        secret = new_secret()
        rotation = refresh_tokens.rotate(
            work.session,
            token.token_hash,
            successor_hash=hash_of(secret),
            now=now,
            expires_at=now + self._lifetime,
            client_id=token.client_id,
        )
        if rotation.outcome is Outcome.REUSED and rotation.token is not None:
            self._revoke_reused(work, rotation.token, now)
        if rotation.outcome is not Outcome.ROTATED:
            return None
        return _granted(token, token.session_id, None), secret

    def living(self, work: UnitOfWork, grant_id: UUID) -> ClientRefreshToken | None:
        """Returns a client's present refresh token; None if its tokens are not valid any more."""
        now = datetime.now(UTC)
        row = refresh_tokens.living(work.session, grant_id, now)
        held = None if row is None else self._of_client(work, row, now)
        return held if held is not None and held.is_valid else None

    def revoke(self, work: UnitOfWork, grant_id: UUID) -> None:
        """Revokes a client's tokens."""
        refresh_tokens.revoke_family(work.session, grant_id, datetime.now(UTC))

    def forget_expired(self, work: UnitOfWork) -> None:
        """Deletes codes that expired some time ago."""
        openid_codes.delete_expired(work.session, datetime.now(UTC) - CODE_KEPT)

    def _revoke_reused(self, work: UnitOfWork, token: RefreshToken, now: datetime) -> None:
        logger.warning("a refresh token was exchanged a second time; its family is revoked")
        refresh_tokens.revoke_family(work.session, token.family, now)
        self._audit.record(work, Event.SESSION_REUSED, user_id=token.user_id, details={"client": str(token.client_id)})

    def _of_client(self, work: UnitOfWork, row: RefreshToken, now: datetime) -> ClientRefreshToken:
        is_unspent = row.used_at is None and row.revoked_at is None and row.expires_at > now
        is_valid = is_unspent and (
            row.session_id is None or refresh_tokens.is_active(work.session, row.session_id, now)
        )
        names = [field.name for field in fields(ClientRefreshToken) if field.name != "is_valid"]
        values = {name: getattr(row, name) for name in names} | {"scopes": row.scopes or ()}
        return ClientRefreshToken(**values, is_valid=is_valid)

    def _row(self, work: UnitOfWork, secret: str) -> RefreshToken | None:
        return None if len(secret) > MAX_SECRET else refresh_tokens.find(work.session, hash_of(secret))


def _granted(token: NewToken | ClientRefreshToken, session_id: UUID | None, nonce: str | None) -> Granted:
    return Granted(
        client_id=str(token.client_id),
        user_id=token.user_id,
        grant_id=token.family,
        session_id=session_id,
        scopes=list(token.scopes or ()),
        acr=Level(token.acr),
        amr=token.amr.split(),
        at=token.auth_time,
        nonce=nonce,
    )
