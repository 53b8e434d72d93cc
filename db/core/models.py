"""The tables as classes. The migrations create them; a test checks that both agree.

Those of passkeys are in ``passkey_models``, those of the OpenID provider in ``openid_models``, those of the console in
``console_models``.
"""

import re
import uuid
from datetime import datetime
from typing import Any

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Double,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

import db.core.console_models
import db.core.openid_models
import db.core.passkey_models  # noqa: F401 (all three complete the metadata)
from db.core.base import Base

METADATA = Base.metadata
"""All tables."""

MODEL_ID_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,43}[a-z0-9])?")
"""The form of a model id. It becomes an SQL literal and, with underscores, part of an index's name (63 bytes)."""


class User(Base):
    """A person with an account.

    Attributes:
        facial_data: the stored data of the person's face, or None. It is large, so a query loads it only with
            ``undefer(User.facial_data)``; reading it without that raises.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username_key", name="uq_users_username_key"),
        {"comment": "People with an account"},
    )

    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, server_default=func.gen_random_uuid(), comment="Never reused; the subject of tokens"
    )
    username: Mapped[str] = mapped_column(comment="The name to log in with, unique whatever its case; as it is shown")
    email: Mapped[str | None] = mapped_column(comment="Optional, unique whatever its case")
    display_name: Mapped[str] = mapped_column(comment="How the person is greeted")
    password_hash: Mapped[str] = mapped_column(comment="argon2id in its PHC string form")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When the account was made")
    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now(), comment="When the row last changed"
    )
    facial_data: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True),
        deferred=True,
        deferred_raiseload=True,
        comment="Every capture's embeddings and how they were made; face_templates can be rebuilt from it",
    )
    last_seen_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="When the person last logged in, to the day; or when they signed up"
    )
    username_key: Mapped[str | None] = mapped_column(
        comment="The username with its case folded, to find it by; null where an older account has the same"
    )


Index("uq_users_username", func.lower(User.username), unique=True)
Index("uq_users_email", func.lower(User.email), unique=True)


class FaceTemplate(Base):
    """The vector that identifies a person in a search: the normalised mean of their captures, one a model."""

    __tablename__ = "face_templates"
    __table_args__ = {"comment": "One vector per person and model, searched at every face login"}  # noqa: RUF012

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, comment="Whose face it is"
    )
    model_id: Mapped[str] = mapped_column(
        primary_key=True, index=True, comment="The network that made it; vectors of different models cannot be compared"
    )
    embedding: Mapped[list[float]] = mapped_column(
        VECTOR(), comment="Unit vector; its dimension is the model's, see the check constraints"
    )
    consent_version: Mapped[str | None] = mapped_column(
        comment="Of the words consented to; null in rows from before: see facial_data"
    )
    consented_at: Mapped[datetime | None] = mapped_column(comment="When the person did; null likewise")


class RefreshToken(Base):
    """One refresh token of a session. Each use marks it as used and adds its successor to the same family."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index("ix_refresh_tokens_client_id", "client_id", postgresql_where=text("client_id IS NOT NULL")),
        Index("ix_refresh_tokens_session_id", "session_id", postgresql_where=text("session_id IS NOT NULL")),
        {"comment": "Refresh tokens by their hash; one family per login, rotated at each use"},
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True, comment="SHA-256 of the token; the token is not kept")
    family: Mapped[uuid.UUID] = mapped_column(index=True, comment="The login that it descends from")
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True, comment="Who logged in"
    )
    amr: Mapped[str] = mapped_column(comment="How they logged in: face, pwd, hwk (RFC 8176), separated by spaces")
    acr: Mapped[str] = mapped_column(
        comment="How sure that login was, as in the access tokens: see service/accounts/tokens.py"
    )
    auth_time: Mapped[datetime] = mapped_column(comment="When they logged in, which rotation does not change")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was issued")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")
    used_at: Mapped[datetime | None] = mapped_column(comment="When it was exchanged; a second use revokes its family")
    revoked_at: Mapped[datetime | None] = mapped_column(comment="When it was withdrawn by a logout or a reuse")
    client_id: Mapped[str | None] = mapped_column(
        ForeignKey("openid_clients.id", ondelete="CASCADE"),
        comment="The OpenID client that it belongs to; null is a browser at Visage itself",
    )
    scopes: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="What that client may know or do; null without a client"
    )
    session_id: Mapped[uuid.UUID | None] = mapped_column(
        comment="The login with which it ends: its family; null if it outlasts the login"
    )


class Challenge(Base):
    """The movements that a user is asked to make, found by the hash of the nonce."""

    __tablename__ = "challenges"
    __table_args__ = {"comment": "What people before the camera were asked to do; each is good for one try"}  # noqa: RUF012

    nonce_hash: Mapped[bytes] = mapped_column(primary_key=True, comment="SHA-256 of the nonce; the nonce is not kept")
    purpose: Mapped[str] = mapped_column(comment="What it is good for: login or signup")
    prompts: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="What to do, in this order")
    issued_at: Mapped[datetime] = mapped_column(comment="When it was handed out, which no frame is older than")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")
    used_at: Mapped[datetime | None] = mapped_column(comment="When it was tried, whatever came of it")


class SeenFrame(Base):
    """The fingerprint of a frame that answered a challenge."""

    __tablename__ = "seen_frames"
    __table_args__ = {"comment": "Frames that answered a challenge, so that none answers another one"}  # noqa: RUF012

    fingerprint: Mapped[bytes] = mapped_column(
        primary_key=True, comment="Keyed hash of a frame made coarse; nothing of the picture can be told from it"
    )
    seen_at: Mapped[datetime] = mapped_column(index=True, comment="When it was sent; some days later it is forgotten")


class Invitation(Base):
    """A permission to sign up where sign-up is by invitation."""

    __tablename__ = "invitations"
    __table_args__ = {  # noqa: RUF012
        "comment": "Who may sign up where sign-up is by invitation; a sign-up removes its own"
    }

    token_hash: Mapped[bytes] = mapped_column(primary_key=True, comment="SHA-256 of the token; the token is not kept")
    username: Mapped[str | None] = mapped_column(
        comment="The only username that it is good for, as its key (see users); null is any"
    )
    email: Mapped[str | None] = mapped_column(
        comment="The only email address that it is good for, whatever its case; null is any"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When it was made")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")


class PasswordLink(Base):
    """A one-time token that sets a new password."""

    __tablename__ = "password_links"
    __table_args__ = (
        Index("uq_password_links_token_hash", "token_hash", unique=True),
        {"comment": "One-time tokens that set a new password, one for each person at most"},
    )

    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, comment="Whose password it sets"
    )
    token_hash: Mapped[bytes] = mapped_column(comment="SHA-256 of the token; the token is not kept")
    created_at: Mapped[datetime] = mapped_column(comment="When it was made")
    expires_at: Mapped[datetime] = mapped_column(index=True, comment="From when on it is refused")


class Dispute(Base):
    """A person's claim that an account has their face enrolled."""

    __tablename__ = "disputes"
    __table_args__ = {  # noqa: RUF012
        "comment": "Claims of people that an account has their face, for the operator to decide"
    }

    id: Mapped[uuid.UUID] = mapped_column(
        primary_key=True, server_default=func.gen_random_uuid(), comment="By which the operator names it"
    )
    user_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"),
        index=True,
        comment="The account whose template is like the face that was shown",
    )
    model_id: Mapped[str] = mapped_column(comment="The network by which they are alike")
    similarity: Mapped[float] = mapped_column(
        Double, comment="How alike, -1 to 1; of the face that was shown nothing else is kept"
    )
    cutoff: Mapped[float] = mapped_column(
        Double, comment="The similarity from which on they counted as the same at the time"
    )
    challenged: Mapped[bool] = mapped_column(
        comment="Whether the face passed a challenge, or may have been a photograph"
    )
    contact: Mapped[str | None] = mapped_column(
        comment="Where the person can be reached, as they say; gone once it is decided"
    )
    message: Mapped[str | None] = mapped_column(comment="What the person says; gone once it is decided")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was raised")
    decision: Mapped[str | None] = mapped_column(comment="upheld or rejected; null while it is open")
    decided_at: Mapped[datetime | None] = mapped_column(comment="When it was decided")


class ImpostorLevel(Base):
    """The similarity of different people in this gallery by one model's scores."""

    __tablename__ = "impostor_levels"
    __table_args__ = {  # noqa: RUF012
        "comment": "How alike different people are in this gallery, on which the cut-off depends"
    }

    model_id: Mapped[str] = mapped_column(primary_key=True, comment="The network whose scores they are")
    gallery_people: Mapped[int] = mapped_column(comment="How many people were enrolled at the time")
    sampled_people: Mapped[int] = mapped_column(comment="How many of them were compared with each other")
    suspected_pairs: Mapped[int] = mapped_column(comment="Pairs of accounts that look like one person")
    value: Mapped[float] = mapped_column(
        Double, comment="Upper quartile of the mean cosines between the captures of two people"
    )
    low: Mapped[float] = mapped_column(Double, comment="Lower end of its 95 % interval, bootstrapped by person")
    high: Mapped[float] = mapped_column(Double, comment="Upper end of that interval")
    estimated_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was estimated")


class RateLimit(Base):
    """The used part of one limit for one address, account or device."""

    __tablename__ = "rate_limits"
    __table_args__ = {  # noqa: RUF012
        "comment": "How much of each limit is used up; rows whose time has passed are as good as none"
    }

    scope: Mapped[str] = mapped_column(
        primary_key=True, comment="What is limited, and for whom: login address, login account, login device, ..."
    )
    subject: Mapped[bytes] = mapped_column(
        primary_key=True, comment="A keyed hash of the address, the username or the device"
    )
    used_until: Mapped[datetime] = mapped_column(
        comment="When all of it will be free again (the theoretical arrival time of GCRA)"
    )


class AuditEvent(Base):
    """An event of an account, or an operator's action."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "at", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
        {"comment": "What happened to accounts and by whom; rows are only added, see visage audit prune"},
    )

    id: Mapped[int] = mapped_column(
        BigInteger, Identity(always=True), primary_key=True, comment="In the order of writing"
    )
    at: Mapped[datetime] = mapped_column(
        server_default=func.now(), comment="When its transaction began, which a trigger sets"
    )
    event: Mapped[str] = mapped_column(comment="What happened, see service/audit/audit.py")
    user_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True, comment="Whose account; no foreign key, so that it outlasts the account"
    )
    outcome: Mapped[str | None] = mapped_column(comment="How it ended, where it can end in several ways")
    details: Mapped[dict[str, str | int]] = mapped_column(
        JSONB, server_default=text("'{}'"), comment="Further words and counts; nothing biometric, no names"
    )


def check_model_id(model_id: str) -> str:
    """Returns the same model id, checked to be safe as an SQL literal.

    Raises:
        ValueError: it does not look like ``facenet-casia-webface``.
    """
    if not MODEL_ID_PATTERN.fullmatch(model_id):
        raise ValueError(f"not a model id: {model_id!r}")
    return model_id
