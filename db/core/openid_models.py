"""The tables of the OpenID provider as classes; a part of ``models``."""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, ForeignKey, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.core.base import Base


class OpenidClient(Base):
    """An application that may log people in."""

    __tablename__ = "openid_clients"
    __table_args__ = {  # noqa: RUF012
        "comment": "Applications that may log people in by OpenID Connect, see visage client"
    }

    id: Mapped[str] = mapped_column(primary_key=True, comment="The client_id")
    name: Mapped[str] = mapped_column(comment="As people are told it")
    secret_hash: Mapped[bytes | None] = mapped_column(
        comment="SHA-256 of the secret, which is not kept; null for a public client"
    )
    redirect_uris: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="Where codes may be sent, compared character by character"
    )
    logout_uris: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="Where people may be sent after a logout, compared likewise"
    )
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="What it may ask for")
    third_party: Mapped[bool] = mapped_column(comment="Whether people are asked before it learns anything")
    logo: Mapped[str | None] = mapped_column(comment="Its logo as a data URL, if it has one")
    algorithm: Mapped[str] = mapped_column(comment="How its ID tokens are signed: RS256 or EdDSA")
    required_acr: Mapped[str | None] = mapped_column(
        comment="The level that its logins must reach; null is that of the service"
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was added")
    secret_changed_at: Mapped[datetime | None] = mapped_column(comment="When it got its present secret")


class OpenidRequest(Base):
    """An authorization request that a client has pushed."""

    __tablename__ = "openid_requests"
    __table_args__ = {"comment": "Authorization requests that clients have pushed (RFC 9126)"}  # noqa: RUF012

    reference_hash: Mapped[bytes] = mapped_column(
        primary_key=True, comment="SHA-256 of the reference in the request_uri, which is not kept"
    )
    client_id: Mapped[str] = mapped_column(
        ForeignKey("openid_clients.id", ondelete="CASCADE"), index=True, comment="Who pushed it"
    )
    parameters: Mapped[dict[str, str]] = mapped_column(JSONB, comment="The parameters of the request")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")


class OpenidCode(Base):
    """An authorization code."""

    __tablename__ = "openid_codes"
    __table_args__ = {"comment": "Authorization codes by their hash; each is good for one exchange"}  # noqa: RUF012

    code_hash: Mapped[bytes] = mapped_column(primary_key=True, comment="SHA-256 of the code, which is not kept")
    client_id: Mapped[str] = mapped_column(
        ForeignKey("openid_clients.id", ondelete="CASCADE"), index=True, comment="Who may exchange it"
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, comment="Who logged in"
    )
    session_id: Mapped[uuid.UUID] = mapped_column(
        comment="The login at which it was issued: a family of refresh_tokens"
    )
    grant_id: Mapped[uuid.UUID] = mapped_column(comment="The family of refresh_tokens that its exchange starts")
    redirect_uri: Mapped[str] = mapped_column(comment="Where it was sent; the exchange must name the same")
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="What the client may know or do")
    nonce: Mapped[str | None] = mapped_column(comment="Repeated in the ID token; null if the client sent none")
    code_challenge: Mapped[str] = mapped_column(
        comment="SHA-256 of the verifier that an exchange must show (RFC 7636), as base64url"
    )
    acr: Mapped[str] = mapped_column(comment="The level that the ID token names")
    amr: Mapped[str] = mapped_column(comment="How the user logged in, as in refresh_tokens")
    auth_time: Mapped[datetime] = mapped_column(comment="When the user logged in")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")
    used_at: Mapped[datetime | None] = mapped_column(
        comment="When it was exchanged; a second exchange revokes the tokens of the first"
    )


class OpenidConsent(Base):
    """A person's consent to an application of a third party."""

    __tablename__ = "openid_consents"
    __table_args__ = {  # noqa: RUF012
        "comment": "What people have allowed applications of third parties to know"
    }

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, comment="Who allowed it"
    )
    client_id: Mapped[str] = mapped_column(
        ForeignKey("openid_clients.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
        comment="To which application",
    )
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="What")
    granted_at: Mapped[datetime] = mapped_column(comment="When the person last did")


class BrowserSession(Base):
    """The single sign-on of one browser."""

    __tablename__ = "browser_sessions"
    __table_args__ = (
        Index("uq_browser_sessions_secret_hash", "secret_hash", unique=True),
        Index("uq_browser_sessions_previous_hash", "previous_hash", unique=True),
        {"comment": "The cookies of single sign-on: which login a browser continues"},
    )

    session_id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, comment="The login: a family of refresh_tokens, with which it ends"
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, comment="Who logged in"
    )
    secret_hash: Mapped[bytes] = mapped_column(comment="SHA-256 of the secret in the cookie, which is not kept")
    previous_hash: Mapped[bytes | None] = mapped_column(
        comment="The same of the secret before, which is good for a moment; or null"
    )
    rotated_at: Mapped[datetime] = mapped_column(comment="When the present secret was made")
